/// Columns of a row as bits in a frame, low ones first.
struct ColumnBitmap {
    private let bytes: UnsafeRawBufferPointer
    /// Columns it tells of.
    let covered: Int
    /// False when columns behind those are set.
    let isSound: Bool

    init(_ bytes: UnsafeRawBufferPointer, covered: Int) {
        self.bytes = bytes
        self.covered = covered
        isSound = covered % 8 == 0 || (bytes.last ?? 0) >> UInt8(covered % 8) == 0
    }

    /// Columns that are set.
    var count: Int {
        var count = 0
        _ = forEachWord { _, word in
            count &+= word.nonzeroBitCount
            return true
        }
        return count
    }

    /// Calls `body` with 64 columns at a time, the first and their bits; false as soon as that says so.
    @inline(__always)
    func forEachWord(_ body: (Int, UInt64) -> Bool) -> Bool {
        var offset = 0
        while offset + 8 <= bytes.count {
            if !body(offset * 8, bytes.littleEndian(offset, as: UInt64.self)) { return false }
            offset += 8
        }
        while offset < bytes.count {
            if !body(offset * 8, UInt64(bytes[offset])) { return false }
            offset += 1
        }
        return true
    }

    /// The columns that are set, ascending.
    func columns(into columns: inout [Int]) {
        columns.removeAll(keepingCapacity: true)
        _ = forEachWord { first, word in
            var rest = word
            while rest != 0 {
                columns.append(first + rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
            return true
        }
    }
}
