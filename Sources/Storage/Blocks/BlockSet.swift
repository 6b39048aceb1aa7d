import Model
import Platform
import Synchronization
import Telemetry

/// The blocks of the store, in the order in which what is in them was flushed. Thread safe.
final class BlockSet: Sendable {
    /// Below the data directory.
    static let name = "blocks"
    static func root(_ directory: String) -> String { "\(directory)/\(name)" }

    let root: String
    private let files: any FileSystem
    private let open = Mutex<[BlockReader]>([])
    private let hidden = Mutex<[BlockMeta.Replaced]>([])
    /// Names of blocks that go at the next start too: one that cannot be opened stands for them.
    private let withheld = Mutex<Set<BlockName>>([])

    init(_ files: any FileSystem, directory: String) {
        self.files = files
        root = Self.root(directory)
    }

    var all: [BlockReader] { open.withLock { $0 } }

    /// What blocks stand for, those too that cannot be opened and of which samples are deleted.
    var replaced: [BlockMeta.Replaced] { all.flatMap(\.meta.replaced) + hidden.withLock { $0 } }

    /// A block has this name, or was made of one that had it: a new block of the name would be taken for that one, and
    /// go at the next start.
    func isTaken(_ name: BlockName) -> Bool {
        all.contains { $0.meta.name == name || $0.meta.parents.contains(name) || $0.meta.sources.contains(name) }
            || withheld.withLock { $0.contains(name) }
    }

    func overlapping(_ start: Int64, _ end: Int64) -> [BlockReader] {
        open.withLock { $0.filter { $0.overlaps(start, end) } }
    }

    /// Opens what is there: removes unfinished blocks and those that a compacted one stands for. One that cannot be
    /// opened is left alone and reported; one that nothing describes is put aside. Returns how many these were.
    func load(_ logger: Logger, _ quarantine: Quarantine) throws -> Int {
        var quarantine = quarantine
        var damaged = 0
        var found: [BlockReader] = []
        var withheld: [BlockName] = []
        var hidden: [BlockMeta.Replaced] = []
        for name in try files.list(root).sorted() {
            let path = "\(root)/\(name)"
            if name.hasSuffix(BlockWriter.temporarySuffix),
                BlockName(name.dropLast(BlockWriter.temporarySuffix.count)) != nil
            {
                try BlockWriter.remove(files, path)
                continue
            }
            guard let block = BlockName(name) else { continue }
            // Without a description the list of deletions says what the block stands for.
            if try files.status("\(path)/meta") == nil && files.status("\(path)/\(BlockDeletions.fileName)") == nil {
                let entry = "\(BlockSet.name)/\(name)"
                try quarantine.move(entry)
                damaged += 1
                logger.error(
                    "A block has no description; it was put aside and its samples are missing",
                    ["block": path, "moved_to": "\(quarantine.name)/\(entry)"])
                continue
            }
            do {
                let reader = try BlockReader(files, directory: path)
                guard reader.meta.name == block else {
                    throw BlockError(file: path, offset: 0, reason: "it is the block \(reader.meta.name)")
                }
                found.append(reader)
            } catch {
                damaged += 1
                logger.error(
                    "A block cannot be opened; its samples are missing. See apus tsdb repair",
                    ["block": path, "error": "\(error)"])
                if let claims = try Self.claims(ofHidden: path, files) {
                    withheld += claims.parents
                    hidden += claims.replaced
                }
            }
        }
        let replaced = Set(found.flatMap(\.meta.parents))
        for reader in found where replaced.contains(reader.meta.name) {
            try BlockWriter.remove(files, reader.directory)
        }
        found.removeAll { replaced.contains($0.meta.name) || withheld.contains($0.meta.name) }
        let sorted = found.sorted(by: Self.isOlder)
        open.withLock { $0 = sorted }
        self.hidden.withLock { [hidden] in $0 = hidden }
        self.withheld.withLock { [withheld] in $0 = Set(withheld) }
        return damaged
    }

    /// What a block stands for that cannot be opened, if samples of it are deleted: neither the journal nor the blocks
    /// it was made of may bring these back. Nil when nothing is deleted.
    private static func claims(
        ofHidden path: String, _ files: any FileSystem
    ) throws -> (parents: [BlockName], replaced: [BlockMeta.Replaced])? {
        let list = "\(path)/\(BlockDeletions.fileName)"
        if try files.status(list) == nil { return nil }
        if let meta = try? BlockMeta(try files.contents(of: "\(path)/meta"), file: "\(path)/meta") {
            return (meta.parents, meta.replaced)
        }
        do throws(BlockError) {
            return ([], try BlockDeletions(try contents(list, files), file: list).replaced)
        } catch {
            throw StorageError(
                "\(error), and so is the description beside it: samples that are deleted could come back from the "
                    + "journal. Move \(path) away if they may")
        }
    }

    private static func contents(_ path: String, _ files: any FileSystem) throws(BlockError) -> [UInt8] {
        do throws(FileError) { return try files.contents(of: path) } catch {
            throw BlockError(file: path, offset: 0, reason: error.detail)
        }
    }

    /// The newest sample of a series, looked for in blocks with samples of a time or later; a block that cannot be read
    /// is passed over.
    func newest(of labels: Labels, from time: Int64) -> (time: Int64, bits: UInt64)? {
        let candidates = open.withLock { $0.filter { $0.meta.lastTime >= time } }
        if candidates.isEmpty { return nil }
        var newest: (time: Int64, bits: UInt64)?
        for block in candidates.sorted(by: { $0.meta.lastTime > $1.meta.lastTime }) {
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
