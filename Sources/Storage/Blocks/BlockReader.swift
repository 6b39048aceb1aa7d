import Chunks
import Model
import Platform
import Synchronization

/// An open block: immutable files, mapped for reading. Thread safe; whoever holds it may read, also after its directory
/// was removed.
final class BlockReader: Sendable {
    let directory: String
    let meta: BlockMeta
    let index: BlockIndex
    private let data: any MappedBytes
    private let deleted: Mutex<BlockDeletions>
    private var dataPath: String { "\(directory)/data" }

    /// Opens the block in a directory; what is in its sections is not looked at yet.
    init(_ files: any FileSystem, directory: String) throws {
        self.directory = directory
        let metaPath = "\(directory)/meta"
        meta = try BlockMeta(try files.contents(of: metaPath), file: metaPath)
        let indexPath = "\(directory)/index"
        index = try BlockIndex(Self.map(files, indexPath, size: meta.indexSize), path: indexPath)
        data = try Self.map(files, "\(directory)/data", size: meta.dataSize)
        guard data.bytes.count >= BlockFormat.dataHeaderLength,
            data.bytes.prefix(8).elementsEqual(BlockFormat.dataMagic),
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: data.bytes[..<12]))
                == data.bytes.littleEndian(12, as: UInt32.self)
        else { throw BlockError(file: "\(directory)/data", offset: 0, reason: "the head is damaged") }
        let list = "\(directory)/\(BlockDeletions.fileName)"
        let hasDeletions = try files.status(list) != nil
        deleted = Mutex(
            hasDeletions
                ? try BlockDeletions(try files.contents(of: list), file: list)
                : BlockDeletions(replaced: meta.replaced))
    }

    private static func map(_ files: any FileSystem, _ path: String, size: Int) throws -> any MappedBytes {
        let file = try files.open(path, .read)
        let found = try file.size()
        if found != Int64(size) {
            throw BlockError(file: path, offset: Int(found), reason: "the file has \(found) bytes instead of \(size)")
        }
        return try file.map(length: size)
    }

    /// Bytes of all files but the description.
    var size: Int { meta.dataSize + meta.indexSize }

    /// Samples that readers have to leave out.
    var deletions: BlockDeletions { deleted.withLock { $0 } }

    /// Deletes samples of some series; durable when it returns. One thread at a time.
    func delete(_ series: Set<UInt32>, _ range: ClosedRange<Int64>, _ files: any FileSystem) throws(FileError) {
        var deletions = deletions
        for number in series { deletions.add(range, of: number) }
        let list = deletions.encode()
        try files.replace("\(directory)/\(BlockDeletions.fileName)", with: list.bytes)
        deleted.withLock { $0 = deletions }
    }

    func overlaps(_ start: Int64, _ end: Int64) -> Bool { meta.firstTime <= end && meta.lastTime >= start }

    func select(_ matchers: [LabelMatcher]) throws(BlockError) -> [UInt32] {
        try BlockSelector(terms: index.terms(), bound: meta.series).select(matchers)
    }

    /// The times of a timeline.
    func times(of timeline: BlockTimeline) throws(BlockError) -> [Int64] {
        let bytes = data.bytes
        guard timeline.offset >= BlockFormat.dataHeaderLength, timeline.offset <= bytes.count,
            timeline.timesLength <= bytes.count - timeline.offset
        else { throw index.damage(.timelines) }
        let chunk = UnsafeRawBufferPointer(
            rebasing: bytes[timeline.offset..<timeline.offset + timeline.timesLength])
        guard CRC32C.checksum(chunk) == timeline.timesChecksum else {
            throw BlockError(file: dataPath, offset: timeline.offset, reason: "times: the checksum is wrong")
        }
        var times = [Int64](repeating: 0, count: timeline.rows)
        do throws(ChunkError) {
            try times.withContiguousMutable { (pointer) throws(ChunkError) in
                try TimestampChunk.decode(chunk, count: timeline.rows, into: pointer)
            }
        } catch {
            throw BlockError(file: dataPath, offset: timeline.offset, reason: "times: \(error)")
        }
        return times
    }

    /// Writes the cells of some rows of a column. True when every one has a value.
    @discardableResult func readColumn(
        _ column: BlockColumn, of timeline: BlockTimeline, rows: Range<Int>, into cells: UnsafeMutablePointer<Double>
    ) throws(BlockError) -> Bool {
        let start = timeline.offset + column.offset
        let payload = try payload(at: start)
        do throws(ChunkError) {
            return try Self.readRows(payload, of: timeline.rows, rows, into: cells)
        } catch {
            throw BlockError(file: dataPath, offset: start, reason: "column: \(error)")
        }
    }

    private func payload(at start: Int) throws(BlockError) -> UnsafeRawBufferPointer {
        let bytes = data.bytes
        guard let base = bytes.baseAddress, start >= BlockFormat.dataHeaderLength, start + 4 < bytes.count else {
            throw index.damage(.series)
        }
        var cursor = base + start + 4
        guard let length = Varint.decode(&cursor, end: base + bytes.count),
            length <= UInt64(base + bytes.count - cursor)
        else { throw BlockError(file: dataPath, offset: start, reason: "column: the length is wrong") }
        let payload = UnsafeRawBufferPointer(start: cursor, count: Int(length))
        guard CRC32C.checksum(payload) == bytes.littleEndian(start, as: UInt32.self) else {
            throw BlockError(file: dataPath, offset: start, reason: "column: the checksum is wrong")
        }
        return payload
    }

    private static func readRows(
        _ payload: UnsafeRawBufferPointer, of total: Int, _ rows: Range<Int>, into cells: UnsafeMutablePointer<Double>
    ) throws(ChunkError) -> Bool {
        guard var cursor = payload.baseAddress else { throw .truncated }
        let end = cursor + payload.count
        let groups = BlockFormat.groups(rows: total)
        // The lengths of all groups but the last stand in front; they are read alongside the groups themselves.
        var lengths = cursor
        for _ in 1..<max(groups, 1) {
            guard let length = Varint.decode(&cursor, end: end), length <= UInt64(payload.count) else {
                throw .malformed
            }
        }
        var isFull = true
        for group in 0..<groups {
            let first = group * BlockFormat.rowsPerGroup
            let all = first..<min(first + BlockFormat.rowsPerGroup, total)
            var length = end - cursor
            if group < groups - 1 {
                length = Int(truncatingIfNeeded: Varint.decode(&lengths, end: end) ?? 0)
                if length > end - cursor { throw .truncated }
            }
            let bytes = UnsafeRawBufferPointer(start: cursor, count: length)
            cursor += length
            let wanted = rows.clamped(to: all)
            if wanted.isEmpty { continue }
            let target = cells + (wanted.lowerBound - rows.lowerBound)
            if length == 0 {
                target.update(repeating: .absent, count: wanted.count)
                isFull = false
            } else if try !readGroup(bytes, all, wanted, into: target) {
                isFull = false
            }
        }
        return isFull
    }

    private static func readGroup(
        _ bytes: UnsafeRawBufferPointer, _ all: Range<Int>, _ wanted: Range<Int>,
        into target: UnsafeMutablePointer<Double>
    ) throws(ChunkError) -> Bool {
        if wanted == all { return try ColumnCode.decode(bytes, rows: all.count, into: target) }
        var isFull = Result<Bool, ChunkError>.success(true)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: all.count) { scratch in
            guard let base = scratch.baseAddress else { return }
            do throws(ChunkError) {
                isFull = .success(try ColumnCode.decode(bytes, rows: all.count, into: base))
                target.update(from: base + (wanted.lowerBound - all.lowerBound), count: wanted.count)
            } catch {
                isFull = .failure(error)
            }
        }
        return try isFull.get()
    }
}
