import Model
import Platform
import Synchronization
import Telemetry

/// The blocks of the store, oldest first. Thread safe.
final class BlockSet: Sendable {
    static func root(_ directory: String) -> String { "\(directory)/blocks" }

    let root: String
    private let files: any FileSystem
    private let open = Mutex<[BlockReader]>([])

    init(_ files: any FileSystem, directory: String) {
        self.files = files
        root = Self.root(directory)
    }

    var all: [BlockReader] { open.withLock { $0 } }

    func overlapping(_ start: Int64, _ end: Int64) -> [BlockReader] {
        open.withLock { $0.filter { $0.overlaps(start, end) } }
    }

    /// Opens what is there: removes unfinished blocks and those that a compacted one stands for. One that cannot be
    /// opened is left alone and reported.
    func load(_ logger: Logger) throws(FileError) {
        var found: [BlockReader] = []
        for name in try files.list(root).sorted() {
            let path = "\(root)/\(name)"
            if name.hasSuffix(BlockWriter.temporarySuffix),
                BlockName(name.dropLast(BlockWriter.temporarySuffix.count)) != nil
            {
                try BlockWriter.remove(files, path)
                continue
            }
            guard let block = BlockName(name) else { continue }
            if try files.status("\(path)/meta") == nil {
                try BlockWriter.remove(files, path)
                continue
            }
            do {
                let reader = try BlockReader(files, directory: path)
                guard reader.meta.name == block else {
                    throw BlockError(file: path, offset: 0, reason: "it is the block \(reader.meta.name)")
                }
                found.append(reader)
            } catch {
                logger.error("A block cannot be opened; its samples are missing", ["block": path, "error": "\(error)"])
            }
        }
        let replaced = Set(found.flatMap(\.meta.parents))
        for reader in found where replaced.contains(reader.meta.name) {
            try BlockWriter.remove(files, reader.directory)
        }
        found.removeAll { replaced.contains($0.meta.name) }
        let sorted = found.sorted(by: Self.isOlder)
        open.withLock { $0 = sorted }
    }

    /// The newest sample of a series; a block that cannot be read is passed over.
    func newest(of labels: Labels) -> (time: Int64, bits: UInt64)? {
        var newest: (time: Int64, bits: UInt64)?
        for block in all.sorted(by: { $0.meta.lastTime > $1.meta.lastTime }) {
            if let newest, newest.time >= block.meta.lastTime { break }
            guard let found = try? block.newest(of: labels), found.time > newest?.time ?? .min else { continue }
            newest = found
        }
        return newest
    }

    /// Shows readers a new block instead of others.
    func replace(_ names: [BlockName], by reader: BlockReader?) {
        open.withLock { blocks in
            blocks.removeAll { names.contains($0.meta.name) }
            if let reader { blocks.append(reader) }
            blocks.sort(by: Self.isOlder)
        }
    }

    /// By the age of what is in them: the first sample of a time wins.
    private static func isOlder(_ left: BlockReader, _ right: BlockReader) -> Bool {
        (left.meta.sources.first ?? left.meta.name, left.meta.name)
            < (right.meta.sources.first ?? right.meta.name, right.meta.name)
    }
}
