import Platform

/// All pairs of a name and a value, by number. A series is a run of pair numbers.
///
/// Threads: `intern` by one writer at a time, the rest by any thread without a lock.
final class LabelPairTable: Sendable {
    private let pairs = StableArray<LabelPair>()
    private let names = StableArray<LabelNameRecord>()
    private let pairNumbers = NumberTable()
    private let nameNumbers = NumberTable()
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    var count: Int { pairs.count }

    /// Distinct label names.
    var nameCount: Int { names.count }

    /// Bytes in use.
    var memory: Int { pairs.memory + names.memory + pairNumbers.memory + nameNumbers.memory }

    @inline(__always) subscript(pair: UInt32) -> UnsafeMutablePointer<LabelPair> { pairs[Int(pair)] }

    /// The symbol of a name.
    @inline(__always) func nameSymbol(_ name: UInt32) -> UInt32 { names[Int(name)].pointee.symbol }

    /// The number of the name with this symbol.
    func findName(symbol: UInt32) -> UInt32? {
        nameNumbers.find(nameHash(symbol)) { names[Int($0)].pointee.symbol == symbol }
    }

    func find(name: UInt32, value: UInt32) -> UInt32? {
        pairNumbers.find(pairHash(name, value)) {
            let pair = self[$0]
            return pair.pointee.name == name && pair.pointee.value == value
        }
    }

    /// The pairs of a name, newest first.
    @inline(__always) func forEachPair(ofName name: UInt32, _ body: (UInt32) -> Void) {
        _ = contains(ofName: name) {
            body($0)
            return false
        }
    }

    /// True when one of the pairs of a name is wanted; asks up to the first that is, newest first.
    @inline(__always) func contains(ofName name: UInt32, where isWanted: (UInt32) -> Bool) -> Bool {
        var pair = AtomicWord.load(names[Int(name)].newest)
        while pair != LabelPair.none {
            if isWanted(pair) { return true }
            pair = self[pair].pointee.older
        }
        return false
    }

    /// Writer: the number of the pair of these symbols, a new one if there is none.
    func intern(nameSymbol: UInt32, value: UInt32) throws(SeriesIndexError) -> UInt32 {
        let known = findName(symbol: nameSymbol)
        if let known, let pair = find(name: known, value: value) { return pair }
        let number = UInt32(count)
        if number >= LabelPair.none - 1 { throw .full("pairs of label names and values") }
        let name = known ?? UInt32(names.count)
        let older = known.map { names[Int($0)].pointee.newest } ?? LabelPair.none
        pairs.append(LabelPair(name: name, value: value, older: older))
        if known == nil {
            names.append(LabelNameRecord(symbol: nameSymbol, newest: number))
            nameNumbers.insert(name, nameHash(nameSymbol)) { self.nameHash(self.nameSymbol($0)) }
        } else {
            AtomicWord.store(names[Int(name)].newest, number)
        }
        pairNumbers.insert(number, pairHash(name, value)) {
            self.pairHash(self[$0].pointee.name, self[$0].pointee.value)
        }
        return number
    }

    private func nameHash(_ symbol: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.combine(UInt64(symbol), seed))
    }

    private func pairHash(_ name: UInt32, _ value: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.combine(UInt64(name) << 32 | UInt64(value), seed))
    }
}
