import Platform

/// Times of a series that are deleted but still there, both ends included.
package struct Tombstones: Sendable {
    static let magic: UInt32 = 0x0130_BA30

    private var ranges: [UInt64: [ClosedRange<Int64>]] = [:]

    package init() {}

    package var isEmpty: Bool { ranges.isEmpty }

    package mutating func add(_ series: UInt64, _ first: Int64, _ last: Int64) {
        if first <= last { ranges[series, default: []].append(first...last) }
    }

    /// Deleted times of a series; empty for nearly all.
    package subscript(series: UInt64) -> [ClosedRange<Int64>] { ranges[series] ?? [] }

    /// Reads the `tombstones` file of a block: magic, version, (series, first time, last time), CRC32C of the entries.
    init(_ bytes: UnsafeRawBufferPointer, file: String) throws(PrometheusDataError) {
        var reader = FieldReader(bytes, file: file, base: 0)
        guard try reader.integer(UInt32.self) == Self.magic else {
            throw reader.failure("this is no file of tombstones")
        }
        let version = try reader.integer(UInt8.self)
        guard version == 1 else { throw reader.failure("tombstone format \(version) is not known") }
        let start = reader.position
        let body = try reader.take(reader.remaining - Checksum.size)
        try Checksum.check(body, against: try reader.integer(UInt32.self), file: file, offset: start, "tombstones")
        var entries = FieldReader(body, file: file, base: start)
        while !entries.isAtEnd { add(try entries.uvarint(), try entries.varint(), try entries.varint()) }
    }

    /// The file of a block in which nothing is deleted.
    static var emptyFile: ByteBuffer {
        let bytes = ByteBuffer()
        bytes.append(bigEndian: magic)
        bytes.append(UInt8(1))
        bytes.appendChecksum(from: bytes.count)
        return bytes
    }
}
