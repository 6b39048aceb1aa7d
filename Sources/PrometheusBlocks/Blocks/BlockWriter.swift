import Model
import Platform

/// Writes one block: XOR chunks of 120 samples, an index of format 2, `meta.json`. Not thread safe.
///
/// Series may come in any order. Their chunks are collected in a scratch file and put in label order at the end,
/// because an index wants the references of chunks to ascend with the series. The directory gets its name when
/// everything in it is durable.
package final class BlockWriter {
    private static let samplesPerChunk = 120
    private static let bufferSize = 1 << 20

    private let files: any FileSystem
    private let directory: String
    private let temporary: String
    private let scratch: any File
    private let buffer = ByteBuffer(capacity: BlockWriter.bufferSize + 4096)
    private var scratchSize: Int64 = 0
    private var series: [IndexWriter.Series] = []
    private var meta: BlockMeta
    private let segmentLimit: Int64

    /// - Parameters:
    ///   - directory: the data directory that gets the block.
    ///   - meta: name and times; figures are filled in.
    ///   - segmentLimit: bytes after which another file of chunks is begun; Prometheus writes 512 MiB.
    package init(
        _ files: any FileSystem, in directory: String, meta: BlockMeta, segmentLimit: Int64 = 512 << 20
    ) throws(FileError) {
        self.files = files
        self.directory = directory
        self.meta = meta
        self.segmentLimit = segmentLimit
        temporary = "\(directory)/\(meta.ulid).tmp-for-creation"
        try files.createDirectory(temporary)
        try files.createDirectory("\(temporary)/chunks")
        scratch = try files.open("\(temporary)/scratch", .create)
    }

    /// Adds a series with at least one sample; times ascend and lie inside the block. Each series comes once.
    package func add(
        _ labels: Labels, times: UnsafePointer<Int64>, values: UnsafePointer<Double>, count: Int
    ) throws(FileError) {
        var chunks: [IndexWriter.Chunk] = []
        for start in stride(from: 0, to: count, by: Self.samplesPerChunk) {
            let length = min(Self.samplesPerChunk, count - start)
            let offset = buffer.count
            buffer.append(ChunkEncoding.xor.rawValue)
            XORChunk.encode(times + start, values + start, count: length, to: buffer)
            chunks.append(
                .init(
                    minimumTime: times[start], maximumTime: times[start + length - 1],
                    place: UInt64(scratchSize) + UInt64(offset), length: UInt32(buffer.count - offset)))
        }
        series.append(.init(labels: labels, chunks: chunks))
        meta.series += 1
        meta.samples += count
        meta.chunks += chunks.count
        if buffer.count >= Self.bufferSize { try flushScratch() }
    }

    private func flushScratch() throws(FileError) {
        try scratch.append(buffer.bytes)
        scratchSize += Int64(buffer.count)
        buffer.removeAll()
    }

    /// Completes the block; without series there is none and the result is nil.
    package func finish() throws(FileError) -> BlockMeta? {
        try flushScratch()
        if series.isEmpty {
            try files.remove("\(temporary)/scratch")
            try files.removeDirectory("\(temporary)/chunks")
            try files.removeDirectory(temporary)
            return nil
        }
        series.sort { $0.labels < $1.labels }
        try writeChunks()
        try files.remove("\(temporary)/scratch")
        try write("index", IndexWriter.write(series))
        try write("tombstones", Tombstones.emptyFile)
        let text = ByteBuffer()
        text.append(meta.json)
        try write("meta.json", text)
        try files.syncDirectory("\(temporary)/chunks")
        try files.syncDirectory(temporary)
        try files.rename(temporary, to: "\(directory)/\(meta.ulid)")
        try files.syncDirectory(directory)
        return meta
    }

    private func write(_ name: String, _ content: ByteBuffer) throws(FileError) {
        let file = try files.open("\(temporary)/\(name)", .create)
        try file.append(content.bytes)
        try file.sync()
    }

    /// Copies the chunks in label order, with length and checksum, and gives them their references.
    private func writeChunks() throws(FileError) {
        let source = try scratch.map(length: Int(scratchSize))
        var output = try SegmentOutput(files, "\(temporary)/chunks", number: 0)
        for index in series.indices {
            for number in series[index].chunks.indices {
                let chunk = series[index].chunks[number]
                if output.size > segmentLimit {
                    try output.finish()
                    output = try SegmentOutput(files, "\(temporary)/chunks", number: output.number + 1)
                }
                let start = Int(chunk.place)
                let bytes = UnsafeRawBufferPointer(rebasing: source.bytes[start..<start + Int(chunk.length)])
                series[index].chunks[number].place = try output.append(bytes)
            }
        }
        withExtendedLifetime(source) {}
        try output.finish()
    }
}

/// A file of chunks on its way to the disk.
private struct SegmentOutput {
    private static let bufferSize = 1 << 20

    let number: Int
    private let file: any File
    private let buffer = ByteBuffer(capacity: SegmentOutput.bufferSize + 4096)
    private var written: Int64 = 0

    init(_ files: any FileSystem, _ directory: String, number: Int) throws(FileError) {
        self.number = number
        file = try files.open("\(directory)/\(ChunkSegments.name(number))", .create)
        buffer.append(bigEndian: ChunkSegments.magic)
        // Version and three bytes of padding.
        buffer.append(bigEndian: UInt32(1 << 24))
    }

    var size: Int64 { written + Int64(buffer.count) }

    /// Takes the encoding and data of a chunk; returns its reference.
    mutating func append(_ chunk: UnsafeRawBufferPointer) throws(FileError) -> UInt64 {
        let reference = UInt64(number) << 32 | UInt64(size)
        buffer.append(varint: UInt64(chunk.count - 1))
        let start = buffer.count
        buffer.append(chunk)
        buffer.appendChecksum(from: start)
        if buffer.count >= Self.bufferSize { try flush() }
        return reference
    }

    private mutating func flush() throws(FileError) {
        try file.append(buffer.bytes)
        written += Int64(buffer.count)
        buffer.removeAll()
    }

    mutating func finish() throws(FileError) {
        try flush()
        try file.sync()
    }
}
