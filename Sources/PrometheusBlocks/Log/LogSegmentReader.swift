import Compression
import Platform

/// Takes a segment of Prometheus's log apart: pages of 32 KiB, in them fragments of records with their checksums
/// (Prometheus's tsdb/docs/format/wal.md). Not thread safe.
final class LogSegmentReader {
    private static let pageSize = 32 << 10
    /// Kind and compression, length, CRC32C of the data.
    private static let headerSize = 7
    /// No record is larger, unpacked.
    private static let recordLimit = 128 << 20

    private enum Fragment {
        static let restIsEmpty: UInt8 = 0
        static let full: UInt8 = 1
        static let first: UInt8 = 2
        static let middle: UInt8 = 3
        static let last: UInt8 = 4
        static let kindMask: UInt8 = 7
        static let snappy: UInt8 = 8
        static let zstd: UInt8 = 16
    }

    private let bytes: UnsafeRawBufferPointer
    private let file: String
    private let mayBeTorn: Bool
    private(set) var position = 0
    private let parts = ByteBuffer(capacity: 1 << 16)
    private let unpacked = ByteBuffer(capacity: 1 << 16)
    /// Where the record under way began.
    private var recordStart: Int?

    /// - Parameter mayBeTorn: the segment is the log's last and may end inside a record.
    init(_ bytes: UnsafeRawBufferPointer, file: String, mayBeTorn: Bool) {
        self.bytes = bytes
        self.file = file
        self.mayBeTorn = mayBeTorn
    }

    /// The next record, valid until the next call; nil at the end. After an error the next call goes on behind what
    /// was damaged.
    func next() throws(PrometheusDataError) -> FieldReader? {
        while position < bytes.count {
            let rest = Self.pageSize - position % Self.pageSize
            if rest < Self.headerSize || bytes[position] & Fragment.kindMask == Fragment.restIsEmpty {
                position += rest
                continue
            }
            let start = position
            guard let (kind, data) = try fragment(pageRest: rest) else { return nil }
            if let record = try take(kind, data, start) { return record }
        }
        if recordStart != nil, !mayBeTorn { throw damage(bytes.count, "the last record has no end") }
        recordStart = nil
        return nil
    }

    /// Nil where a torn segment ends.
    private func fragment(pageRest: Int) throws(PrometheusDataError) -> (UInt8, UnsafeRawBufferPointer)? {
        let start = position
        guard bytes.count - start >= Self.headerSize else { return try torn() }
        var header = FieldReader(
            UnsafeRawBufferPointer(rebasing: bytes[start..<start + Self.headerSize]), file: file, base: start)
        let kind = try header.integer(UInt8.self)
        let length = Int(try header.integer(UInt16.self))
        let sum = try header.integer(UInt32.self)
        // Whatever is wrong here: what follows is found again at the next page.
        if kind & Fragment.kindMask > Fragment.last || Self.headerSize + length > pageRest {
            throw damage(start, "a fragment's head makes no sense; the rest of its page is skipped", pageRest)
        }
        guard bytes.count - start >= Self.headerSize + length else { return try torn() }
        let data = UnsafeRawBufferPointer(
            rebasing: bytes[start + Self.headerSize..<start + Self.headerSize + length])
        if CRC32C.checksum(data) != sum {
            throw damage(start, "a fragment's checksum does not match; the rest of its page is skipped", pageRest)
        }
        position = start + Self.headerSize + length
        return (kind, data)
    }

    private func torn() throws(PrometheusDataError) -> (UInt8, UnsafeRawBufferPointer)? {
        let start = position
        position = bytes.count
        recordStart = nil
        if mayBeTorn { return nil }
        throw PrometheusDataError(file: file, offset: start, reason: "the segment ends inside a record")
    }

    /// An error, with the reader moved on by `skipped` bytes.
    private func damage(_ offset: Int, _ reason: String, _ skipped: Int = 0) -> PrometheusDataError {
        position += skipped
        recordStart = nil
        return PrometheusDataError(file: file, offset: offset, reason: reason)
    }

    private func take(
        _ kind: UInt8, _ data: UnsafeRawBufferPointer, _ start: Int
    ) throws(PrometheusDataError) -> FieldReader? {
        let begins = kind & Fragment.kindMask == Fragment.full || kind & Fragment.kindMask == Fragment.first
        if begins != (recordStart == nil) {
            // The end of a record whose beginning was damaged was reported with that.
            if !begins { return nil }
            // The new record is read by the next call.
            position = start
            throw damage(recordStart ?? start, "a record has no end")
        }
        if begins {
            parts.removeAll()
            recordStart = start
        }
        parts.append(data)
        guard kind & Fragment.kindMask == Fragment.full || kind & Fragment.kindMask == Fragment.last else { return nil }
        defer { recordStart = nil }
        return FieldReader(try unpack(kind), file: file, base: recordStart ?? start)
    }

    private func unpack(_ kind: UInt8) throws(PrometheusDataError) -> UnsafeRawBufferPointer {
        unpacked.removeAll()
        do throws(CompressionError) {
            if kind & Fragment.snappy != 0 {
                try Snappy.decompress(parts.bytes, limit: Self.recordLimit, into: unpacked)
            } else if kind & Fragment.zstd != 0 {
                try Zstd.decompress(parts.bytes, limit: Self.recordLimit, into: unpacked)
            } else {
                return parts.bytes
            }
        } catch {
            throw damage(recordStart ?? position, error.description)
        }
        return unpacked.bytes
    }
}
