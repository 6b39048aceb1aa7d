import Model
import Platform
import Synchronization

/// Why a series cannot be added.
enum SeriesIndexError: Error, Equatable, CustomStringConvertible {
    /// A label set with no label, or with more than 65,535.
    case labelCount(Int)
    /// 32-bit numbers of this kind are used up.
    case full(String)
    /// The reference is taken.
    case occupied(SeriesReference)

    var description: String {
        switch self {
        case .labelCount(let count): return "a series with \(count) labels cannot be stored (1 to 65535)"
        case .full(let what): return "no more \(what) can be stored"
        case .occupied(let reference): return "series \(reference.rawValue) exists already"
        }
    }
}

/// The names of all series in the head: symbols, label sets, records, and the index by which matchers find
/// them.
///
/// Threads: `insert`, `intern` and `restore` by one writer at a time (the caller holds the database's
/// lock); everything else by any thread at any time without a lock. References are given out in ascending
/// order and never twice.
final class SeriesIndex: @unchecked Sendable {
    private let state = Mutex<(byLabels: [Labels: UInt32], labels: [Labels])>(([:], []))
    private let records = StableArray<SeriesRecord>()
    private let seed: UInt64

    /// All strings that are names or values of labels.
    let symbols: SymbolTable

    /// `seed` guards the hash tables against chosen collisions: random in service, fixed in tests.
    init(seed: UInt64) {
        self.seed = seed
        symbols = SymbolTable(seed: seed)
    }

    /// References given out: they are 0..<count, holes included.
    var count: Int { records.count }

    /// The series with exactly these labels.
    func reference(of labels: Labels) -> SeriesReference? {
        state.withLock { $0.byLabels[labels] }.map { SeriesReference($0) }
    }

    /// The record; stays at this address.
    func record(_ reference: SeriesReference) -> UnsafeMutablePointer<SeriesRecord> {
        records[Int(reference.rawValue)]
    }

    /// The label set; empty for a hole.
    func labels(of reference: SeriesReference) -> Labels {
        state.withLock { $0.labels[Int(reference.rawValue)] }
    }

    /// Names and values as symbol ids, in the order of the labels.
    func symbols(of reference: SeriesReference) -> [(name: UInt32, value: UInt32)] {
        labels(of: reference).array.map { label in
            (find(label.name) ?? 0, find(label.value) ?? 0)
        }
    }

    /// A view of the series that exist now, for queries.
    func snapshot() -> SeriesIndexSnapshot { SeriesIndexSnapshot(index: self, limit: count) }

    /// Writer: adds a series that does not exist yet.
    func insert(_ labels: Labels) throws(SeriesIndexError) -> SeriesReference {
        let reference = SeriesReference(UInt32(count))
        try add(labels)
        return reference
    }

    /// Writer: adds a series of the register at its place; references passed over become holes.
    func restore(_ reference: SeriesReference, _ pairs: [(name: UInt32, value: UInt32)]) throws(SeriesIndexError) {
        if Int(reference.rawValue) < count { throw .occupied(reference) }
        while count < Int(reference.rawValue) { try add(.empty) }
        let labels = pairs.map {
            Label(
                String(decoding: symbols.bytes($0.name), as: UTF8.self),
                String(decoding: symbols.bytes($0.value), as: UTF8.self))
        }
        try add(Labels(labels))
    }

    private func add(_ labels: Labels) throws(SeriesIndexError) {
        for label in labels.array {
            _ = try intern(label.name)
            _ = try intern(label.value)
        }
        records.append(SeriesRecord(firstPair: 0, pairCount: UInt16(labels.count), hash: 0))
        state.withLock { state in
            if !labels.isEmpty { state.byLabels[labels] = UInt32(state.labels.count) }
            state.labels.append(labels)
        }
    }

    private func intern(_ text: String) throws(SeriesIndexError) -> UInt32 {
        var bytes = Array(text.utf8)
        let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { raw.deallocate() }
        raw.copyBytes(from: bytes)
        bytes.removeAll()
        return try symbols.intern(UnsafeRawBufferPointer(raw))
    }

    private func find(_ text: String) -> UInt32? {
        var text = text
        return text.withUTF8 { symbols.find(UnsafeRawBufferPointer($0)) }
    }
}
