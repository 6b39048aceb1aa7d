import Model
import Platform
import Synchronization

/// The names of all series in the head: symbols, label sets, records, and the postings by which matchers
/// find them.
///
/// Threads: `insert` and `restore` by one writer at a time (the caller holds the database's lock);
/// everything else by any thread at any time without a lock. Nothing that readers follow ever moves or goes
/// away. References are given out in ascending order and never twice.
package final class SeriesIndex: Sendable {
    /// All strings that are names or values of labels.
    let symbols: SymbolTable
    let pairs: LabelPairTable
    let postings = PostingLists()

    /// What is kept per series, by reference.
    let records = StableArray<SeriesRecord>()
    /// Per series the numbers of its label pairs, in the order of the labels.
    private let runs = StableArray<UInt32>()
    private let numbers = NumberTable()
    private let named = Atomic<Int>(0)
    private let seed: UInt64
    /// The references below are in `numbers`. The writer's.
    @exclusivity(unchecked) private nonisolated(unsafe) var found = 0

    /// How often series have left the index that this one is a copy of.
    let generation: Int

    /// `seed` guards the hash tables against chosen collisions: random in service, fixed in tests.
    package convenience init(seed: UInt64) { self.init(seed: seed, generation: 0) }

    private init(seed: UInt64, generation: Int) {
        self.seed = seed
        self.generation = generation
        symbols = SymbolTable(seed: seed)
        pairs = LabelPairTable(seed: seed)
    }

    /// References given out: they are 0..<count, holes included.
    package var count: Int { records.count }

    /// Series, without holes.
    package var seriesCount: Int { named.load(ordering: .relaxed) }

    /// Bytes in use.
    package var memory: Int {
        records.memory + runs.memory + numbers.memory + symbols.memory + pairs.memory + postings.memory
    }

    /// The series with exactly these labels.
    package func reference(of labels: Labels) -> SeriesReference? {
        labels.encoded.withUnsafeBytes { reference(ofEncoded: $0) }
    }

    /// The series with exactly these labels, in the form of `Labels.encoded`.
    func reference(ofEncoded labels: UnsafeRawBufferPointer) -> SeriesReference? {
        let hash = hash(labels)
        return numbers.find(hash) { number in
            records[Int(number)].pointee.hash == hash && isEqual(run(of: number), labels)
        }.map { SeriesReference($0) }
    }

    /// The record; stays at this address.
    func record(_ reference: SeriesReference) -> UnsafeMutablePointer<SeriesRecord> {
        records[Int(reference.rawValue)]
    }

    /// The label set; empty for a hole.
    package func labels(of reference: SeriesReference) -> Labels {
        let run = run(of: reference.rawValue)
        return withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: 2 * run.count) { fields in
            var size = 0
            for place in run.indices {
                let (name, value) = self.fields(ofPair: run[place])
                (fields[2 * place], fields[2 * place + 1]) = (name, value)
                size += name.count + value.count
            }
            if size == 0 { return .empty }
            return Labels(
                encoded: [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                    guard let start = UnsafeMutableRawBufferPointer(buffer).baseAddress else { return }
                    for field in fields {
                        if let source = field.baseAddress {
                            (start + count).copyMemory(from: source, byteCount: field.count)
                        }
                        count += field.count
                    }
                })
        }
    }

    /// Names and values as symbol numbers, in the order of the labels; none for a hole.
    func symbols(of reference: SeriesReference) -> [(name: UInt32, value: UInt32)] {
        run(of: reference.rawValue).map { pair in
            (pairs.nameSymbol(pairs[pair].pointee.name), pairs[pair].pointee.value)
        }
    }

    /// True when the reference is no hole.
    @inline(__always) func hasSeries(_ reference: UInt32) -> Bool {
        Int(reference) < count && records[Int(reference)].pointee.pairCount > 0
    }

    /// A view of the series that exist now, for queries.
    package func snapshot() -> SeriesIndexSnapshot { SeriesIndexSnapshot(index: self, limit: UInt32(count)) }

    /// The numbers of the series' label pairs.
    @inline(__always) func run(of number: UInt32) -> UnsafeBufferPointer<UInt32> {
        let record = records[Int(number)]
        if record.pointee.pairCount == 0 { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: runs[Int(record.pointee.firstPair)], count: Int(record.pointee.pairCount))
    }

    /// Writer: adds a series that does not exist yet.
    package func insert(_ labels: Labels) throws(SeriesIndexError) -> SeriesReference {
        let count = labels.count
        try checkRoom(pairs: count)
        var run: [UInt32] = []
        run.reserveCapacity(count)
        var failure: SeriesIndexError?
        labels.forEachBytes { name, value in
            do throws(SeriesIndexError) {
                run.append(try pairs.intern(nameSymbol: try symbols.intern(name), value: try symbols.intern(value)))
            } catch { failure = error }
        }
        if let failure { throw failure }
        return add(run, hash(labels))
    }

    /// Writer: adds a series of the register, or of another index with the same seed, at its place there, by the
    /// numbers that its label pairs have here; references passed over become holes. It is found by its labels when
    /// `finishRestoring` has been called.
    func restore(
        _ reference: SeriesReference, run: UnsafeBufferPointer<UInt32>, hash: UInt32
    ) throws(SeriesIndexError) {
        if Int(reference.rawValue) < count { throw .occupied(reference) }
        try checkRoom(pairs: run.count)
        addHoles(below: Int(reference.rawValue))
        _ = append(run, hash)
        named.wrappingAdd(1, ordering: .relaxed)
    }

    /// Writer: lets the series that were restored be found by their labels.
    func finishRestoring() {
        numbers.insert(UInt32(found)..<UInt32(count)) { number in
            let record = self.records[Int(number)]
            return record.pointee.pairCount > 0 ? record.pointee.hash : nil
        }
        found = count
    }

    /// An index without series that hashes as this one does.
    func emptyCopy() -> SeriesIndex { SeriesIndex(seed: seed, generation: generation + 1) }

    /// Writer: takes the references below `limit` that are free as holes, so that they are never given out.
    func addHoles(below limit: Int) { records.skip(to: limit) }

    /// Refuses before anything is changed.
    private func checkRoom(pairs count: Int) throws(SeriesIndexError) {
        if count == 0 || count > Int(UInt16.max) { throw .labelCount(count) }
        if records.count >= Int(UInt32.max) - 1 { throw .full("series") }
        if runs.contiguousStart(count) + count > Int(UInt32.max) || postings.isFull(adding: count) {
            throw .full("labels of series")
        }
    }

    private func add(_ run: [UInt32], _ hash: UInt32) -> SeriesReference {
        if found < count { finishRestoring() }
        let number = run.withUnsafeBufferPointer { append($0, hash) }
        numbers.insert(number, hash) { self.records[Int($0)].pointee.hash }
        found = count
        named.wrappingAdd(1, ordering: .relaxed)
        return SeriesReference(number)
    }

    /// Order matters to readers: whoever sees the record sees its run and its postings; whoever finds the
    /// number in the table sees the record.
    private func append(_ run: UnsafeBufferPointer<UInt32>, _ hash: UInt32) -> UInt32 {
        let number = UInt32(records.count)
        let firstPair = runs.append(contentsOf: run)
        for pair in run { postings.append(number, to: pairs[pair]) }
        records.append(SeriesRecord(firstPair: UInt32(firstPair), pairCount: UInt16(run.count), hash: hash))
        return number
    }

    private func hash(_ labels: Labels) -> UInt32 { labels.encoded.withUnsafeBytes { hash($0) } }

    /// The hash of a label set in the form of `Labels`.
    func hash(_ encoded: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.hash(encoded, seed: seed))
    }

    /// Name and value of a pair as `Labels` encode them.
    @inline(__always) func fields(
        ofPair number: UInt32
    ) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        let pair = pairs[number]
        return (symbols.field(pairs.nameSymbol(pair.pointee.name)), symbols.field(pair.pointee.value))
    }

    /// Name and value of a pair.
    func text(ofPair number: UInt32) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        let pair = pairs[number]
        return (symbols.bytes(pairs.nameSymbol(pair.pointee.name)), symbols.bytes(pair.pointee.value))
    }

    private func isEqual(_ run: UnsafeBufferPointer<UInt32>, _ encoded: UnsafeRawBufferPointer) -> Bool {
        guard var place = encoded.baseAddress else { return run.isEmpty }
        let end = place + encoded.count
        for pair in run {
            let (name, value) = fields(ofPair: pair)
            guard end - place >= name.count + value.count, let nameStart = name.baseAddress,
                let valueStart = value.baseAddress, compareMemory(place, nameStart, name.count) == 0,
                compareMemory(place + name.count, valueStart, value.count) == 0
            else { return false }
            place += name.count + value.count
        }
        return place == end
    }
}
