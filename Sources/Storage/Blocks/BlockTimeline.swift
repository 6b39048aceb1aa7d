import Model
import Platform

/// A timeline of a block as its index lists it.
///
///      0  key u64
///      8  key of the origin u64
///     16  kind of the origin u32
///     20  rows u32
///     24  offset in the data file u64
///     32  columns u32
///     36  length of the time chunk u32
///     40  first time i64
///     48  last time i64
///     56  CRC32C of the time chunk u32
///     60  0 u32
struct BlockTimeline: Equatable, Sendable {
    static let length = 64

    var key: UInt64
    var origin: Origin
    var rows: Int
    var offset: Int
    var columns: Int
    var timesLength: Int
    var firstTime: Int64
    var lastTime: Int64
    var timesChecksum: UInt32

    func append(to buffer: ByteBuffer) {
        buffer.append(integer: key)
        buffer.append(integer: origin.key)
        buffer.append(integer: UInt32(origin.kind.rawValue))
        buffer.append(integer: UInt32(rows))
        buffer.append(integer: UInt64(offset))
        buffer.append(integer: UInt32(columns))
        buffer.append(integer: UInt32(timesLength))
        buffer.append(integer: firstTime)
        buffer.append(integer: lastTime)
        buffer.append(integer: timesChecksum)
        buffer.append(integer: UInt32(0))
    }
}

extension BlockTimeline {
    /// The timeline at an offset of the section; nil when it makes no sense.
    init?(_ section: UnsafeRawBufferPointer, at offset: Int) {
        guard
            let kind = UInt8(exactly: section.littleEndian(offset + 16, as: UInt32.self)).flatMap(Origin.Kind.init)
        else { return nil }
        self.init(
            key: section.littleEndian(offset, as: UInt64.self),
            origin: Origin(kind, key: section.littleEndian(offset + 8, as: UInt64.self)),
            rows: Int(section.littleEndian(offset + 20, as: UInt32.self)),
            offset: Int(truncatingIfNeeded: section.littleEndian(offset + 24, as: UInt64.self)),
            columns: Int(section.littleEndian(offset + 32, as: UInt32.self)),
            timesLength: Int(section.littleEndian(offset + 36, as: UInt32.self)),
            firstTime: section.littleEndian(offset + 40, as: Int64.self),
            lastTime: section.littleEndian(offset + 48, as: Int64.self),
            timesChecksum: section.littleEndian(offset + 56, as: UInt32.self))
        if rows == 0 || self.offset < 0 { return nil }
    }
}
