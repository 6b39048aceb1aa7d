import Compression
import Platform

/// The writing side of a log: frames of bytes in numbered segment files of one directory
/// (docs/format/journal-framing.md). It knows nothing of what the bytes mean.
///
/// One writer: the caller holds a lock around every call. Only `PendingSync.perform` may run outside it.
///
/// Failures: an append that fails is cut off again and thrown, and the log goes on (a full disk). After a failed sync
/// nobody knows what is on disk, since the kernel has dropped the pages and calls them clean; so the log takes no more
/// writes and says so (`LogError.broken`), and only a restart reads back what is really there.
package final class SegmentedLog {
    package let directory: String
    /// A segment that has reached this many bytes is followed by a new one.
    package let segmentSize: Int
    /// Where the next frame goes.
    package private(set) var position: LogPosition
    /// Everything before it is durable.
    package private(set) var syncedPosition = LogPosition(segment: 0, offset: 0)
    package private(set) var counters = LogCounters()
    /// The failure after which nothing is written any more.
    package private(set) var failure: FileError?

    private let files: any FileSystem
    private let seed: UInt64
    private var file: any File
    private var marker: UInt32
    /// All but the one that is written.
    private var older: [LogSegment]
    /// Older segments that may not be durable yet.
    private var unsynced: [(number: Int, file: any File)] = []
    /// Entries made or removed, and how many of those changes are durable.
    private var directoryChanges = 1
    private var directorySynced = 0
    /// No segment below this one can be found again after a power cut: that it was removed is durable.
    package private(set) var oldestThatMayReturn = 0
    private let frame = ByteBuffer(capacity: 4096)
    /// True while it waits to take the place of another log.
    private var isReplacement = false

    /// Goes on behind what a reader found, after reading what is left: cuts the torn tail, or begins a segment. Makes
    /// the directory when it is missing (not its parent).
    /// - Parameter seed: random, secret from those who send data; from it come the segments' markers.
    package init(continuing reader: SegmentReader, segmentSize: Int, seed: UInt64) throws(LogError) {
        while try reader.next() != nil {}
        files = reader.files
        directory = reader.directory
        self.segmentSize = segmentSize
        self.seed = seed
        older = reader.segments
        let last = older.last?.number ?? 0
        do throws(FileError) {
            try files.createDirectory(directory)
            let unfinished = Self.replacementPath(directory)
            if try files.status(unfinished) != nil { try files.remove(unfinished) }
            // A process that was killed has left pages to the kernel which nobody has synced.
            for segment in older {
                unsynced.append((segment.number, try files.open(segment.path(in: directory), .update)))
            }
            switch reader.continuation {
            case .append(let offset, let marker):
                let segment = older.removeLast()
                file = unsynced.removeLast().file
                self.marker = marker
                position = LogPosition(segment: last, offset: offset)
                if segment.size > offset {
                    try file.truncate(to: Int64(offset))
                    // A power cut could bring the tail back in the place of what is written next, and make it whole.
                    try file.sync()
                }
            case .writeAgain, .newSegment:
                let again = reader.continuation == .writeAgain
                if again {
                    older.removeLast()
                    unsynced.removeLast()
                }
                let number = again ? last : last + 1
                (file, marker) = try Self.create(
                    SegmentFormat.path(directory, number), number, files, seed, frame)
                position = LogPosition(segment: number, offset: SegmentFormat.headerLength)
                counters.segmentsCreated += 1
            }
        } catch {
            throw .file(error)
        }
    }

    /// - Parameter original: the log whose place it is to take.
    private init(replacing original: SegmentedLog) throws(FileError) {
        files = original.files
        directory = original.directory
        segmentSize = original.segmentSize
        seed = original.seed
        older = []
        isReplacement = true
        let number = original.position.segment + 1
        let path = Self.replacementPath(directory)
        (file, marker) = try Self.create(path, number, files, seed, frame)
        position = LogPosition(segment: number, offset: SegmentFormat.headerLength)
    }

    private static func replacementPath(_ directory: String) -> String { "\(directory)/replacement.tmp" }

    /// Begins a log that is to take the place of this one, in one file, which no reader looks at before.
    package func beginReplacement() throws(LogError) -> SegmentedLog {
        try checkWritable()
        do throws(FileError) { return try SegmentedLog(replacing: self) } catch { throw .file(error) }
    }

    /// Takes the place of the log for which it was begun and must not be used any more. Readers find this one behind
    /// the segments of that; when this is durable (the next sync), those can be removed. What was synced before is
    /// durable with it.
    package func replace(_ original: SegmentedLog) throws(LogError) {
        precondition(isReplacement && directory == original.directory)
        try checkWritable()
        try original.checkWritable()
        let number = original.position.segment + 1
        do throws(FileError) {
            try files.rename(Self.replacementPath(directory), to: SegmentFormat.path(directory, number))
        } catch {
            throw .file(error)
        }
        older = original.segments
        position.segment = number
        syncedPosition = LogPosition(segment: 0, offset: 0)
        directoryChanges += 1
        isReplacement = false
    }

    /// Gives a replacement up.
    package func abandon() { if isReplacement { try? files.remove(Self.replacementPath(directory)) } }

    /// All segments, oldest first; the last is the one that is written.
    package var segments: [LogSegment] { older + [LogSegment(number: position.segment, size: position.offset)] }

    /// Bytes of all segments.
    package var totalBytes: Int { older.reduce(position.offset) { $0 + $1.size } }

    /// Hands one frame to the kernel, with one write, and returns where it stands. After an error it is not there.
    /// - Parameters:
    ///   - kind: the caller's, 0 to 127.
    ///   - compress: packs the payload with LZ4, if that makes it smaller.
    @discardableResult
    package func append(
        kind: UInt8, _ payload: UnsafeRawBufferPointer, compress: Bool = false
    ) throws(LogError) -> LogPosition {
        try checkWritable()
        guard payload.count <= SegmentFormat.maximumPayload else {
            throw .frameTooLarge(size: payload.count, limit: SegmentFormat.maximumPayload)
        }
        if !isReplacement && position.offset >= segmentSize && position.offset > SegmentFormat.headerLength {
            try roll()
        }
        SegmentFormat.makeFrame(kind: kind, payload, marker: marker, compress: compress, in: frame)
        do throws(FileError) { try file.append(frame.bytes) } catch { throw cutBack(after: error) }
        let start = position
        position.offset += frame.count
        counters.frames += 1
        counters.bytes += frame.count
        return start
    }

    /// Begins a new segment; does nothing when the present one is still empty. Syncs nothing.
    package func roll() throws(LogError) {
        try checkWritable()
        guard position.offset > SegmentFormat.headerLength else { return }
        let number = position.segment + 1
        do throws(FileError) {
            let path = SegmentFormat.path(directory, number)
            let (file, marker) = try Self.create(path, number, files, seed, frame)
            older.append(LogSegment(number: position.segment, size: position.offset))
            unsynced.append((position.segment, self.file))
            self.file = file
            self.marker = marker
        } catch {
            throw .file(error)
        }
        position = LogPosition(segment: number, offset: SegmentFormat.headerLength)
        directoryChanges += 1
        counters.segmentsCreated += 1
    }

    /// Removes all segments below a number; the one that is written stays.
    package func removeSegments(below number: Int) throws(LogError) {
        while let oldest = older.first, oldest.number < number {
            do throws(FileError) { try files.remove(oldest.path(in: directory)) } catch {
                if error.reason != .notFound { throw .file(error) }
            }
            older.removeFirst()
            unsynced.removeAll { $0.number == oldest.number }
            directoryChanges += 1
            counters.segmentsRemoved += 1
        }
    }

    /// What is to be synced now; nil when all is durable.
    package func pendingSync() throws(LogError) -> PendingSync? {
        try checkWritable()
        let directoryIsSynced = directoryChanges == directorySynced
        if syncedPosition == position && directoryIsSynced { return nil }
        return PendingSync(
            position: position, files: unsynced.map(\.file) + [file], fileSystem: files, directory: directory,
            directoryChanges: directoryIsSynced ? nil : directoryChanges,
            oldest: older.first?.number ?? position.segment)
    }

    /// Takes the outcome of a sync: what it covered is durable, or the log is broken from now on.
    package func finish(_ sync: PendingSync, _ error: FileError?) throws(LogError) {
        if let error {
            failure = failure ?? error
            counters.failedSyncs += 1
            throw .broken(error)
        }
        counters.syncs += 1
        syncedPosition = max(syncedPosition, sync.position)
        unsynced.removeAll { $0.number < sync.position.segment }
        guard let changes = sync.directoryChanges else { return }
        directorySynced = max(directorySynced, changes)
        oldestThatMayReturn = max(oldestThatMayReturn, sync.oldest)
    }

    /// Makes everything durable before it returns.
    package func sync() throws(LogError) {
        guard let pending = try pendingSync() else { return }
        try finish(pending, pending.perform())
    }

    private func checkWritable() throws(LogError) {
        if let failure { throw .broken(failure) }
    }

    /// Removes what a failed append left behind.
    private func cutBack(after error: FileError) -> LogError {
        counters.failedAppends += 1
        do throws(FileError) {
            try file.truncate(to: Int64(position.offset))
            return .file(error)
        } catch {
            failure = error
            return .broken(error)
        }
    }

    private static func create(
        _ path: String, _ number: Int, _ files: any FileSystem, _ seed: UInt64, _ buffer: ByteBuffer
    ) throws(FileError) -> (file: any File, marker: UInt32) {
        let marker = SegmentFormat.marker(segment: number, seed: seed)
        let file = try files.open(path, .create)
        buffer.removeAll()
        SegmentFormat.appendHeader(marker: marker, to: buffer)
        do throws(FileError) {
            try file.truncate(to: 0)
            try file.append(buffer.bytes)
        } catch {
            // An unfinished segment is written again by the next attempt or the next start.
            try? files.remove(path)
            throw error
        }
        return (file, marker)
    }
}
