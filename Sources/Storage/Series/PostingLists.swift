import Platform

/// The references of the series with a label pair, ascending: three in the pair itself, further ones as
/// varints of the differences in a chain of blocks that grow with the list (16 to 240 bytes).
///
/// Threads: `append` by one writer at a time; reading by any thread without a lock. Blocks never move; a
/// reader sees as many references of a block as its `count` said when it came there.
final class PostingLists: Sendable {
    /// What the writer has to know of a list; 12 bytes.
    private struct List: BitwiseCopyable {
        var tail: UInt32
        /// The last reference.
        var last: UInt32
        /// Bytes written to and room in the last block.
        var used: UInt16 = 0
        var room: UInt16
    }

    // A block: next block (0 for none), number of references, then the varints. Both words are accessed
    // atomically.
    private static let header = 2
    private static let smallestBlock = 16
    private static let largestBlock = 240

    private let lists = StableArray<List>()
    /// The first block of each list.
    private let heads = StableArray<UInt32>()
    private let words = StableArray<UInt32>()

    init() {
        // Word 0 is never a block, so that 0 can mean none.
        words.append(0)
    }

    /// Bytes in use.
    var memory: Int { lists.memory + heads.memory + words.memory }

    /// True when a series with this many pairs can no longer be added.
    func isFull(adding pairs: Int) -> Bool {
        words.count + pairs * (Self.header + Self.largestBlock / 4) > Int(UInt32.max)
    }

    /// Writer: adds a reference that is larger than all before it.
    func append(_ reference: UInt32, to pair: UnsafeMutablePointer<LabelPair>) {
        let count = pair.pointee.count
        switch count {
        case 0: pair.pointee.references.0 = reference
        case 1: pair.pointee.references.1 = reference
        case 2: pair.pointee.references.2 = reference
        case 3:
            let block = newBlock(room: Self.smallestBlock)
            heads.append(block)
            let list = List(tail: block, last: pair.pointee.references.2, room: UInt16(Self.smallestBlock))
            pair.pointee.list = UInt32(lists.append(list))
            append(reference, to: lists[Int(pair.pointee.list)])
        default: append(reference, to: lists[Int(pair.pointee.list)])
        }
        AtomicWord.store(pair.count, count + 1)
    }

    /// The lowest reference of a pair; nil for a pair that no series has yet.
    @inline(__always) func first(of pair: UnsafeMutablePointer<LabelPair>) -> UInt32? {
        AtomicWord.load(pair.count) > 0 ? pair.pointee.references.0 : nil
    }

    /// Calls `body` with the references of a pair that are below `limit`, ascending.
    @inline(__always) func forEach(
        of pair: UnsafeMutablePointer<LabelPair>, below limit: UInt32, _ body: (UInt32) -> Void
    ) {
        _ = contains(of: pair, below: limit) {
            body($0)
            return false
        }
    }

    /// True when one of the references of a pair that are below `limit` is wanted; asks in ascending order,
    /// up to the first that is.
    @inline(__always) func contains(
        of pair: UnsafeMutablePointer<LabelPair>, below limit: UInt32, where isWanted: (UInt32) -> Bool
    ) -> Bool {
        let count = AtomicWord.load(pair.count)
        if count > 0, pair.pointee.references.0 < limit, isWanted(pair.pointee.references.0) { return true }
        if count > 1, pair.pointee.references.1 < limit, isWanted(pair.pointee.references.1) { return true }
        if count > 2, pair.pointee.references.2 < limit, isWanted(pair.pointee.references.2) { return true }
        if count < 4 { return false }
        var reference = pair.pointee.references.2
        var block = heads[Int(pair.pointee.list)].pointee
        while block != 0 {
            let start = words[Int(block)]
            var next = UnsafeRawPointer(start + Self.header)
            for _ in 0..<AtomicWord.load(start + 1) {
                reference &+= Self.varint(&next)
                if reference >= limit { return false }
                if isWanted(reference) { return true }
            }
            block = AtomicWord.load(start)
        }
        return false
    }

    private func append(_ reference: UInt32, to list: UnsafeMutablePointer<List>) {
        var difference = reference - list.pointee.last
        let length = max(1, (38 - difference.leadingZeroBitCount) / 7)
        var block = list.pointee.tail
        if Int(list.pointee.used) + length > Int(list.pointee.room) {
            let room = min(Int(list.pointee.room) * 2, Self.largestBlock)
            block = newBlock(room: room)
            list.pointee.room = UInt16(room)
            list.pointee.used = 0
        }
        let start = words[Int(block)]
        var byte = UnsafeMutableRawPointer(start + Self.header) + Int(list.pointee.used)
        while difference >= 0x80 {
            byte.storeBytes(of: UInt8(truncatingIfNeeded: difference) | 0x80, as: UInt8.self)
            difference >>= 7
            byte += 1
        }
        byte.storeBytes(of: UInt8(difference), as: UInt8.self)
        list.pointee.used += UInt16(length)
        list.pointee.last = reference
        AtomicWord.store(start + 1, (start + 1).pointee + 1)
        if block != list.pointee.tail {
            AtomicWord.store(words[Int(list.pointee.tail)], block)
            list.pointee.tail = block
        }
    }

    private func newBlock(room: Int) -> UInt32 {
        let block = words.append(uninitialized: Self.header + room / 4)
        words[block].initialize(repeating: 0, count: Self.header)
        return UInt32(block)
    }

    @inline(__always) private static func varint(_ next: inout UnsafeRawPointer) -> UInt32 {
        var byte = next.load(as: UInt8.self)
        next += 1
        if byte < 0x80 { return UInt32(byte) }
        var value = UInt32(byte & 0x7f)
        var shift: UInt32 = 7
        while true {
            byte = next.load(as: UInt8.self)
            next += 1
            value |= UInt32(byte & 0x7f) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
    }
}
