import Platform

/// A place in a frame that is being decoded. What is malformed is nil.
struct FrameCursor {
    private(set) var position: UnsafeRawPointer
    let end: UnsafeRawPointer

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return nil }
        position = start
        end = start + bytes.count
    }

    /// What was not read yet.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: position, count: end - position) }

    var isAtEnd: Bool { position >= end }

    mutating func varint() -> UInt64? { Varint.decode(&position, end: end) }

    mutating func signedVarint() -> Int64? { varint().map { Varint.unzigzag($0) } }

    /// A number of things that take at least one byte, or one bit, each.
    mutating func number(bits: Bool = false) -> Int? {
        guard let number = varint(), number <= UInt64(end - position) * (bits ? 8 : 1) else { return nil }
        return Int(number)
    }

    mutating func id() -> UInt32? { varint().flatMap { UInt32(exactly: $0) } }

    mutating func byte() -> UInt8? {
        guard position < end else { return nil }
        defer { position += 1 }
        return position.load(as: UInt8.self)
    }

    mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= end - position else { return nil }
        defer { position += count }
        return UnsafeRawBufferPointer(start: position, count: count)
    }

    mutating func integer64() -> UInt64? { bytes(8)?.littleEndian(0, as: UInt64.self) }

    @inline(__always)
    mutating func cell(base: UInt64) -> UInt64? { CellCode.decode(&position, end: end, base: base) }

    /// References of added columns.
    mutating func references(into references: inout [UInt32]) -> Bool {
        references.removeAll(keepingCapacity: true)
        guard let count = number() else { return false }
        var last: Int64 = 0
        for _ in 0..<count {
            guard let step = signedVarint(), let reference = UInt32(exactly: last &+ step) else { return false }
            references.append(reference)
            last = Int64(reference)
        }
        return true
    }

    /// A list of columns.
    mutating func columnList(into columns: inout [Int]) -> Bool {
        columns.removeAll(keepingCapacity: true)
        guard let count = number() else { return false }
        var next = 0
        for _ in 0..<count {
            guard let skip = varint(), skip < UInt64(UInt16.max) else { return false }
            columns.append(next + Int(skip))
            next += Int(skip) + 1
        }
        return true
    }

    /// A bitmap of columns.
    mutating func columnBitmap() -> ColumnBitmap? {
        guard let covered = number(bits: true), let bits = bytes((covered + 7) / 8) else { return nil }
        return ColumnBitmap(bits, covered: covered)
    }

    /// Moves behind some cells; false when there are not so many.
    mutating func skipCells(_ count: Int) -> Bool { CellCode.skip(count, &position, end: end) }

    /// Reads cells without a base.
    mutating func wholeCells(_ count: Int, into cells: UnsafeMutablePointer<UInt64>) -> Bool {
        var position = position
        for column in 0..<count {
            guard let bits = CellCode.decode(&position, end: end, base: 0) else { return false }
            cells[column] = bits
        }
        self.position = position
        return true
    }

    /// Reads the cells of a bitmap's columns, each on top of the cell that is there.
    mutating func changedCells(_ bitmap: ColumnBitmap, into cells: UnsafeMutablePointer<UInt64>) -> Bool {
        var position = position
        let end = end
        let isSound = bitmap.forEachWord { first, word in
            var rest = word
            while rest != 0 {
                let cell = cells + (first &+ rest.trailingZeroBitCount)
                rest &= rest &- 1
                guard let bits = CellCode.decode(&position, end: end, base: CellCode.base(cell.pointee)) else {
                    return false
                }
                cell.pointee = bits
            }
            return true
        }
        self.position = position
        return isSound
    }
}
