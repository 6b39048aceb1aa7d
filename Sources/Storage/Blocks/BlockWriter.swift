import Model
import Platform

/// Writes one block: first under a temporary name, then, when everything is durable, under its own.
struct BlockWriter {
    static let temporarySuffix = ".tmp"

    private let files: any FileSystem
    private let root: String
    private let name: BlockName
    private var temporary: String { "\(root)/\(name)\(Self.temporarySuffix)" }
    let data: BlockDataWriter
    private var index = BlockIndexEncoder()
    private var seriesCount = 0

    /// Begins a block under the directory of all blocks.
    init(_ files: any FileSystem, root: String, name: BlockName) throws {
        self.files = files
        self.root = root
        self.name = name
        try files.createDirectory("\(root)/\(name)\(Self.temporarySuffix)")
        data = try BlockDataWriter(try files.open("\(root)/\(name)\(Self.temporarySuffix)/data", .create))
    }

    /// Adds the next series, in the order of label sets.
    mutating func addSeries(_ labels: Labels) throws(SeriesIndexError) {
        try index.add(labels)
        seriesCount += 1
    }

    mutating func add(_ column: BlockColumn, of series: UInt32) { index.add(column, of: series) }

    /// Makes the block durable under its name and returns its directory. `meta` lacks what the writer has counted.
    mutating func finish(_ meta: BlockMeta) throws -> String {
        try data.finish()
        let indexBytes = index.encode(data.timelines)
        try write(indexBytes.bytes, to: "index")
        var meta = meta
        meta.series = seriesCount
        meta.timelines = data.timelines.count
        meta.samples = data.samples
        meta.firstTime = data.firstTime
        meta.lastTime = data.lastTime
        meta.rows = data.timelines.reduce(0) { max($0, $1.rows) }
        meta.dataSize = data.size
        meta.indexSize = indexBytes.count
        let text = ByteBuffer()
        text.append(meta.text)
        try write(text.bytes, to: "meta")
        try files.syncDirectory(temporary)
        let directory = "\(root)/\(name)"
        try files.rename(temporary, to: directory)
        try files.syncDirectory(root)
        return directory
    }

    /// Removes what was written after an error.
    func abandon() { try? Self.remove(files, temporary) }

    private func write(_ bytes: UnsafeRawBufferPointer, to name: String) throws(FileError) {
        let file = try files.open("\(temporary)/\(name)", .create)
        try file.truncate(to: 0)
        try file.append(bytes)
        try file.sync()
    }

    /// Removes the directory of a block. It gets a temporary name first: what is left by a crash is no block any more,
    /// and nobody takes it for a damaged one.
    static func remove(_ files: any FileSystem, _ directory: String) throws(FileError) {
        var leaving = directory
        if !directory.hasSuffix(temporarySuffix) {
            leaving += temporarySuffix
            try files.rename(directory, to: leaving)
            try files.syncDirectory(files.parent(of: directory))
        }
        for name in try files.list(leaving) { try files.remove("\(leaving)/\(name)") }
        try files.removeDirectory(leaving)
    }
}
