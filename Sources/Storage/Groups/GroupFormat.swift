import Platform

/// The bytes of `head/<window>/groups` (docs/format/groups.md). Integers are little-endian.
///
///     file     0  magic "APUSGRP" + 0x0A     8 bytes
///              8  format version             u32
///             12  CRC32C of bytes 0..<12     u32
///     then groups, each at a multiple of 8:
///     group    0  marker                     u32
///              4  CRC32C of all that follows u32
///              8  length of all that follows u32
///             12  timeline                   u32
///             16  number                     u32
///             20  flags: 1 late              u32
///             24  rows                       u32
///             28  columns                    u32
///             32  first time                 i64
///             40  last time                  i64
///             48  length of the time chunk   u32
///             52  length of the column data  u32
///             56  references, ascending      u32 x columns
///                 ends of the columns' data  u32 x columns
///                 time chunk
///                 column data
///     column   as `EncodedColumn` says
enum GroupFormat {
    static let magic: [UInt8] = Array("APUSGRP\n".utf8)
    static let version: UInt32 = 1
    static let fileHeaderLength = 16
    static let marker: UInt32 = 0xB1A7_90D5
    static let headerLength = 56
    static let late: UInt32 = 1
    /// `timeline` of late groups.
    static let noTimeline = UInt32.max

    /// - Parameter name: of the window's directory.
    static func path(_ directory: String, _ name: String) -> String { "\(directory)/\(name)/groups" }

    /// The next place a group may stand at.
    static func aligned(_ offset: Int) -> Int { (offset + 7) & ~7 }

    static func appendFileHeader(to buffer: ByteBuffer) {
        let start = buffer.count
        buffer.append(magic)
        buffer.append(integer: version)
        buffer.append(integer: CRC32C.checksum(UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])))
    }

    enum FileHeader: Equatable {
        case sound
        case newer(version: UInt32)
        case damaged
    }

    static func fileHeader(_ bytes: UnsafeRawBufferPointer) -> FileHeader {
        guard bytes.count >= fileHeaderLength, bytes.prefix(magic.count).elementsEqual(magic),
            bytes.littleEndian(12, as: UInt32.self)
                == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<12]))
        else { return .damaged }
        let found = bytes.littleEndian(8, as: UInt32.self)
        return found > version ? .newer(version: found) : .sound
    }
}

extension UnsafeRawBufferPointer {
    /// The integer at an offset, which need not be aligned.
    func littleEndian<T: FixedWidthInteger>(_ offset: Int, as type: T.Type) -> T {
        T(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}
