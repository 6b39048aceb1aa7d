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
    /// What the head calls its series.
    let headReferences = HeadReferences()
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

    /// The payload of a column that begins at an offset of the file.
    func payload(at start: Int) throws(BlockError) -> UnsafeRawBufferPointer {
        let bytes = data.bytes
        guard let base = bytes.baseAddress, start >= BlockFormat.dataHeaderLength, start + 4 < bytes.count else {
            throw index.damage(.series)
        }
        var cursor = base + start + 4
        guard let length = Varint.decode(&cursor, end: base + bytes.count),
            length <= UInt64(base + bytes.count - cursor)
        else { throw damage(at: start, "the length is wrong") }
        let payload = UnsafeRawBufferPointer(start: cursor, count: Int(length))
        guard CRC32C.checksum(payload) == bytes.littleEndian(start, as: UInt32.self) else {
            throw damage(at: start, "the checksum is wrong")
        }
        return payload
    }

    /// Says that the column at an offset of the file holds something no encoder writes.
    func damage(at start: Int, _ reason: String) -> BlockError {
        BlockError(file: dataPath, offset: start, reason: "column: \(reason)")
    }
}
