import Model
import Platform

/// Strings, label pairs and postings of a block. Valid as long as the index; numbers that reach beyond a section are
/// reported as damage.
struct BlockTerms {
    let index: BlockIndex
    let symbols: UnsafeRawBufferPointer
    let names: UnsafeRawBufferPointer
    let pairs: UnsafeRawBufferPointer
    let postings: UnsafeRawBufferPointer

    var nameCount: Int { names.count / BlockFormat.nameLength }
    var pairCount: Int { pairs.count / BlockFormat.pairLength }

    func symbol(_ number: Int) throws(BlockError) -> UnsafeRawBufferPointer {
        guard symbols.count >= 4 else { throw index.damage(.symbols) }
        let count = Int(symbols.littleEndian(0, as: UInt32.self))
        guard number < count, 4 + 4 * count <= symbols.count else { throw index.damage(.symbols) }
        let start = number == 0 ? 0 : Int(symbols.littleEndian(4 * number, as: UInt32.self))
        let end = Int(symbols.littleEndian(4 + 4 * number, as: UInt32.self))
        let base = 4 + 4 * count
        guard start <= end, base + end <= symbols.count else { throw index.damage(.symbols) }
        return UnsafeRawBufferPointer(rebasing: symbols[base + start..<base + end])
    }

    func nameSymbol(_ name: Int) -> Int { Int(names.littleEndian(BlockFormat.nameLength * name, as: UInt32.self)) }

    /// The pairs of a name.
    func pairs(ofName name: Int) throws(BlockError) -> Range<Int> {
        func first(_ name: Int) -> Int {
            name == nameCount ? pairCount : Int(names.littleEndian(BlockFormat.nameLength * name + 4, as: UInt32.self))
        }
        let (start, end) = (first(name), first(name + 1))
        guard start < end, end <= pairCount else { throw index.damage(.names) }
        return start..<end
    }

    /// The name of a pair.
    func name(ofPair pair: Int) -> Int {
        var low = 0
        var high = nameCount
        while low + 1 < high {
            let middle = (low + high) / 2
            if Int(names.littleEndian(BlockFormat.nameLength * middle + 4, as: UInt32.self)) <= pair {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }

    func value(ofPair pair: Int) throws(BlockError) -> UnsafeRawBufferPointer {
        guard pair < pairCount else { throw index.damage(.pairs) }
        return try symbol(Int(pairs.littleEndian(BlockFormat.pairLength * pair, as: UInt32.self)))
    }

    /// Series with the pair.
    func count(ofPair pair: Int) -> Int {
        Int(pairs.littleEndian(BlockFormat.pairLength * pair + 4, as: UInt32.self))
    }

    /// The number of a label name.
    func find(name: String) throws(BlockError) -> Int? {
        try find(name, in: 0..<nameCount) { (number) throws(BlockError) in try symbol(nameSymbol(number)) }
    }

    /// The pair of a name with this value.
    func find(value: String, ofName name: Int) throws(BlockError) -> Int? {
        try find(value, in: pairs(ofName: name)) { (pair) throws(BlockError) in try self.value(ofPair: pair) }
    }

    /// The place of a text among ascending ones.
    private func find(
        _ text: String, in range: Range<Int>, _ textAt: (Int) throws(BlockError) -> UnsafeRawBufferPointer
    ) throws(BlockError) -> Int? {
        let wanted = ByteBuffer()
        wanted.append(text)
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            if Labels.compare(try textAt(middle), wanted.bytes) < 0 { low = middle + 1 } else { high = middle }
        }
        if low == range.upperBound { return nil }
        return Labels.compare(try textAt(low), wanted.bytes) == 0 ? low : nil
    }

    /// Puts the series with a pair into the set, whose bound is the number of series.
    func insert(seriesOfPair pair: Int, into set: Bitmap, bound: Int) throws(BlockError) {
        let offset = Int(pairs.littleEndian(BlockFormat.pairLength * pair + 8, as: UInt32.self))
        guard let base = postings.baseAddress, offset <= postings.count else { throw index.damage(.postings) }
        var cursor = base + offset
        let end = base + postings.count
        var series: UInt64 = 0
        for _ in 0..<count(ofPair: pair) {
            guard let difference = Varint.decode(&cursor, end: end) else { throw index.damage(.postings) }
            series &+= difference
            guard series < UInt64(bound) else { throw index.damage(.postings) }
            set.insert(UInt32(series))
        }
    }
}
