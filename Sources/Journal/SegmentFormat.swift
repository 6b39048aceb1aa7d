import Compression
import Platform

/// The bytes of a segment file (docs/format/journal-framing.md). All integers are little-endian.
///
///     header   0  magic "APUSLOG" + 0x0A      8 bytes
///              8  format version              u16
///             10  zero                        u16
///             12  marker                      u32
///             16  CRC32C of bytes 0..<16      u32
///     frame    0  the segment's marker        u32
///              4  CRC32C of all that follows  u32
///              8  payload length              u32
///             12  kind, bit 7: LZ4            u8
///             13  payload
enum SegmentFormat {
    static let version = 1
    static let headerLength = 20
    static let frameHeaderLength = 13
    static let compressed: UInt8 = 0x80
    /// Of the stored payload.
    static let maximumPayload = 1 << 30
    private static let magic: [UInt8] = Array("APUSLOG\n".utf8)

    /// `journal/00000001.wal`
    static func path(_ directory: String, _ segment: Int) -> String { "\(directory)/\(fileName(segment))" }

    static func fileName(_ segment: Int) -> String {
        let digits = String(segment)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".wal"
    }

    /// The number in a file's name; nil for other files.
    static func number(ofFile name: String) -> Int? {
        guard name.hasSuffix(".wal"), name.utf8.count >= 12 else { return nil }
        let digits = name.dropLast(4)
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits), number > 0 else {
            return nil
        }
        return number
    }

    /// What starts every frame of a segment, so that a reader finds its way back after damage. It differs from segment
    /// to segment and cannot be guessed from outside, so no sender can plant a frame inside a label value. No byte of
    /// it is zero: zeroed blocks hold no marker.
    static func marker(segment: Int, seed: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.combine(seed, UInt64(segment))) | 0x0101_0101
    }

    static func appendHeader(marker: UInt32, to buffer: ByteBuffer) {
        let start = buffer.count
        buffer.append(magic)
        buffer.append(integer: UInt16(version))
        buffer.append(integer: UInt16(0))
        buffer.append(integer: marker)
        let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])
        buffer.append(integer: CRC32C.checksum(bytes))
    }

    /// Puts one whole frame into a buffer.
    static func makeFrame(
        kind: UInt8, _ payload: UnsafeRawBufferPointer, marker: UInt32, compress: Bool, in buffer: ByteBuffer
    ) {
        precondition(kind < compressed)
        buffer.removeAll()
        _ = buffer.reserve(frameHeaderLength + payload.count)
        buffer.commit(frameHeaderLength)
        var kind = kind
        if compress {
            buffer.append(integer: UInt32(payload.count))
            // What LZ4 refuses or cannot shrink is stored as it is.
            if (try? LZ4.compress(payload, into: buffer)) != nil, buffer.count < frameHeaderLength + payload.count {
                kind |= compressed
            } else {
                buffer.truncate(to: frameHeaderLength)
            }
        }
        if kind & compressed == 0 { buffer.append(payload) }
        let start = buffer.base
        start.storeBytes(of: marker.littleEndian, as: UInt32.self)
        start.storeBytes(of: UInt32(buffer.count - frameHeaderLength).littleEndian, toByteOffset: 8, as: UInt32.self)
        start.storeBytes(of: kind, toByteOffset: 12, as: UInt8.self)
        let checksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: buffer.bytes[8...]))
        start.storeBytes(of: checksum.littleEndian, toByteOffset: 4, as: UInt32.self)
    }

    enum Header: Equatable {
        case sound(marker: UInt32)
        case newer(version: Int)
        case damaged
    }

    static func header(_ bytes: UnsafeRawBufferPointer) -> Header {
        guard bytes.count >= headerLength, bytes.prefix(magic.count).elementsEqual(magic),
            integer(bytes, 16) == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<16]))
        else { return .damaged }
        let version = Int(integer(bytes, 8) & 0xFFFF)
        return version > Self.version ? .newer(version: version) : .sound(marker: integer(bytes, 12))
    }

    static func header(ofFile path: String, _ files: any FileSystem) throws(FileError) -> Header {
        let buffer = ByteBuffer(capacity: headerLength)
        let target = UnsafeMutableRawBufferPointer(start: buffer.reserve(headerLength), count: headerLength)
        buffer.commit(try files.open(path, .read).read(into: target, at: 0))
        return header(buffer.bytes)
    }

    /// The 32-bit number at an offset.
    static func integer(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The frame at an offset, or what is wrong with it. The payload is as stored.
    static func frame(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, marker: UInt32
    ) throws(FrameFault) -> (kind: UInt8, payload: UnsafeRawBufferPointer) {
        guard bytes.count - offset >= frameHeaderLength else { throw FrameFault(reason: .length) }
        guard integer(bytes, offset) == marker else { throw FrameFault(reason: .marker) }
        let length = Int(integer(bytes, offset + 8))
        let start = offset + frameHeaderLength
        guard length <= bytes.count - start else { throw FrameFault(reason: .length) }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[offset + 8..<start + length])
        guard CRC32C.checksum(covered) == integer(bytes, offset + 4) else { throw FrameFault(reason: .checksum) }
        return (bytes[offset + 12], UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
    }

    /// The next whole frame at or behind an offset.
    static func resynchronise(_ bytes: UnsafeRawBufferPointer, from start: Int, marker: UInt32) -> Int? {
        var offset = start
        while let candidate = find(marker, in: bytes, from: offset) {
            if (try? frame(bytes, at: candidate, marker: marker)) != nil { return candidate }
            offset = candidate + 1
        }
        return nil
    }

    private static func find(_ marker: UInt32, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard bytes.count - start >= frameHeaderLength else { return nil }
        for offset in start...(bytes.count - frameHeaderLength) where integer(bytes, offset) == marker {
            return offset
        }
        return nil
    }
}

/// Why there is no whole frame at a place.
struct FrameFault: Error {
    var reason: LogDamage.Reason
}
