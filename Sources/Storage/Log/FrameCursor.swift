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

    /// The columns of a bitmap, and how many columns it covers.
    mutating func columnBitmap(into columns: inout [Int]) -> Int? {
        columns.removeAll(keepingCapacity: true)
        guard let covered = number(bits: true), let bitmap = bytes((covered + 7) / 8) else { return nil }
        for (index, byte) in bitmap.enumerated() {
            var rest = byte
            while rest != 0 {
                columns.append(index * 8 + rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
        }
        return covered
    }
}
