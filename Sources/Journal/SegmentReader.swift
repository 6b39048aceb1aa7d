import Compression
import Platform

/// Reads the frames of all segments of a log in order, from mapped files. Never changes anything.
///
/// What is no whole frame is skipped up to the next one and noted in `damages`; at the end of the last segment it is
/// the torn tail, which `SegmentedLog` cuts off. Not thread safe.
package final class SegmentReader {
    package let directory: String
    package let segments: [LogSegment]
    /// What was skipped so far.
    package private(set) var damages: [LogDamage] = []
    /// Bytes of all segments.
    package let totalBytes: Int
    /// Bytes passed so far, for progress.
    package var bytesRead: Int { passed + offset }

    let files: any FileSystem

    /// How writing can go on behind the last segment.
    enum Continuation: Equatable {
        /// The header is sound; the last whole frame ends at `offset`.
        case append(offset: Int, marker: UInt32)
        /// The crash came before the header was written: nothing is in it.
        case writeAgain
        /// There is none, or its head is damaged.
        case newSegment
    }

    /// Known once all is read.
    private(set) var continuation = Continuation.newSegment

    /// Kept until the reader goes, so that payloads stay valid.
    private var mappings: [any MappedBytes] = []
    /// The open segment is `segments[opened - 1]`.
    private var opened = 0
    private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private var marker: UInt32 = 0
    private var offset = 0
    /// Bytes of the segments before the open one.
    private var passed = 0
    private let unpacked = ByteBuffer()

    /// Finds the segments and checks that none is of a newer format. A missing directory is an empty log.
    package init(files: any FileSystem, directory: String) throws(LogError) {
        self.files = files
        self.directory = directory
        do throws(FileError) { segments = try LogSegment.list(files, directory) } catch { throw .file(error) }
        totalBytes = segments.reduce(0) { $0 + $1.size }
        for segment in segments { try Self.checkVersion(segment.path(in: directory), files) }
    }

    /// The next whole frame; nil at the end of the log.
    package func next() throws(LogError) -> LogFrame? {
        while true {
            if let frame = nextInSegment() { return frame }
            guard opened < segments.count else { return nil }
            do throws(FileError) { try openNext() } catch { throw .file(error) }
        }
    }

    private static func checkVersion(_ path: String, _ files: any FileSystem) throws(LogError) {
        let header: SegmentFormat.Header
        do throws(FileError) { header = try SegmentFormat.header(ofFile: path, files) } catch { throw .file(error) }
        if case .newer(let version) = header {
            throw .newerVersion(path: path, version: version, supported: SegmentFormat.version)
        }
    }

    private func openNext() throws(FileError) {
        passed += bytes.count
        let segment = segments[opened]
        let mapping = try files.open(segment.path(in: directory), .read).map(length: segment.size)
        mappings.append(mapping)
        bytes = mapping.bytes
        opened += 1
        offset = min(SegmentFormat.headerLength, bytes.count)
        continuation = .newSegment
        if case .sound(let marker) = SegmentFormat.header(bytes) {
            self.marker = marker
            continuation = .append(offset: offset, marker: marker)
        } else if isLast && (bytes.count <= offset || bytes.allSatisfy { $0 == 0 }) {
            continuation = .writeAgain
            offset = bytes.count
            note(from: 0, .header, isTornTail: true)
        } else {
            // The first frame begins with the marker too; when it is whole, so is the marker.
            marker = bytes.count >= offset + 4 ? SegmentFormat.integer(bytes, offset) : 0
            if (try? SegmentFormat.frame(bytes, at: offset, marker: marker)) == nil { offset = bytes.count }
            note(from: 0, .header, isTornTail: false)
        }
    }

    private func nextInSegment() -> LogFrame? {
        while offset < bytes.count {
            let start = offset
            do throws(FrameFault) {
                let (kind, stored) = try SegmentFormat.frame(bytes, at: start, marker: marker)
                offset = start + SegmentFormat.frameHeaderLength + stored.count
                if case .append = continuation { continuation = .append(offset: offset, marker: marker) }
                guard let payload = kind & SegmentFormat.compressed == 0 ? stored : unpack(stored) else {
                    note(from: start, .compression, isTornTail: false)
                    continue
                }
                return LogFrame(
                    kind: kind & ~SegmentFormat.compressed, payload: payload,
                    position: LogPosition(segment: segments[opened - 1].number, offset: start))
            } catch {
                let resumed = SegmentFormat.resynchronise(bytes, from: start + 1, marker: marker)
                offset = resumed ?? bytes.count
                var isTornTail = false
                if resumed == nil, isLast, case .append = continuation { isTornTail = true }
                note(from: start, error.reason, isTornTail: isTornTail)
            }
        }
        return nil
    }

    private var isLast: Bool { opened == segments.count }

    /// The content of an LZ4 payload (u32 unpacked size, block), or nil.
    private func unpack(_ stored: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard stored.count >= 4 else { return nil }
        let size = Int(SegmentFormat.integer(stored, 0))
        guard size <= SegmentFormat.maximumPayload else { return nil }
        unpacked.removeAll()
        let block = UnsafeRawBufferPointer(rebasing: stored[4...])
        guard (try? LZ4.decompress(block, size: size, into: unpacked)) != nil else { return nil }
        return unpacked.bytes
    }

    /// Notes the bytes from `start` to the present offset as no whole frame.
    private func note(from start: Int, _ reason: LogDamage.Reason, isTornTail: Bool) {
        let segment = segments[opened - 1]
        damages.append(
            LogDamage(
                path: segment.path(in: directory), position: LogPosition(segment: segment.number, offset: start),
                length: offset - start, reason: reason, isTornTail: isTornTail))
    }
}
