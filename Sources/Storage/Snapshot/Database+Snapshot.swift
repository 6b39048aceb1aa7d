import Journal
import Platform
import Synchronization

extension Database {
    private static let snapshots = "snapshots"

    /// Makes `snapshots/<name>` in the data directory, a data directory itself, with every sample that was acknowledged
    /// before, and returns its name. Blocks and finished segments are hard links; what still grows is copied. Appends
    /// and queries go on meanwhile.
    /// - Parameter skipsHead: only blocks.
    package func makeSnapshot(skipsHead: Bool = false) throws(StorageError) -> String {
        if !isReady { throw StorageError("the store is not ready") }
        let root = "\(directory.path)/\(Self.snapshots)"
        do {
            try directory.files.createDirectory(root)
            try removeUnfinishedSnapshots(in: root)
            let name = try snapshotName(in: root)
            let unfinished = "\(root)/\(name)\(BlockWriter.temporarySuffix)"
            do {
                try writeSnapshot(DataDirectory(files: directory.files, path: unfinished), skipsHead: skipsHead)
                try directory.files.rename(unfinished, to: "\(root)/\(name)")
                try directory.files.syncDirectory(root)
                try directory.files.syncDirectory(directory.path)
            } catch {
                try? directory.files.removeTree(unfinished)
                throw error
            }
            return name
        } catch {
            throw StorageError("cannot make a snapshot: \(error)")
        }
    }

    /// Where the snapshot of a name is.
    package func snapshotPath(_ name: String) -> String { "\(directory.path)/\(Self.snapshots)/\(name)" }

    /// A free name of Prometheus's form: time, `-`, 16 hexadecimal digits.
    private func snapshotName(in root: String) throws(FileError) -> String {
        var random = Self.seed(clock)
        while true {
            let digits = String(random >> 1, radix: 16)
            let name =
                TimeStamp.compact(clock.wallMilliseconds()) + "-" + String(repeating: "0", count: 16 - digits.count)
                + digits
            if try directory.files.status("\(root)/\(name)") == nil { return name }
            random = StableHash.combine(random, 1)
        }
    }

    private func writeSnapshot(_ target: DataDirectory, skipsHead: Bool) throws {
        let content = try sealLock.withLock { _ in
            try compactionLock.withLock { _ in
                let content = try snapshotContent(skipsHead: skipsHead)
                try directory.files.createDirectory(target.path)
                for name in content.directories { try directory.files.createDirectory("\(target.path)/\(name)") }
                try content.linkFinished(to: target.path)
                return content
            }
        }
        // A second name is no second content: what is linked must be durable under its first.
        try sync(upTo: nil)
        try content.copyGrowing(to: target.path)
        for name in content.directories.reversed() { try directory.files.syncDirectory("\(target.path)/\(name)") }
        try target.mark()
    }

    /// With the seal lock and the compaction lock held, so that nothing leaves its place.
    private func snapshotContent(skipsHead: Bool) throws -> SnapshotContent {
        var content = SnapshotContent(directory)
        try content.addBlocks()
        try commitLock.withLock { log in
            guard let log else { throw StorageError("the store is closed") }
            content.addDirectory("wal")
            if skipsHead {
                // Blocks say up to which place in the journal they stand for it: numbers must not begin again.
                try content.addEmpty(after: log.journal, named: WriteAheadLog.journalName)
            } else {
                try content.add(log.register, named: WriteAheadLog.registerName)
                try content.add(log.journal, named: WriteAheadLog.journalName)
                content.addGroups(head.windows.values)
            }
        }
        return content
    }

    /// A crash while a snapshot was made leaves one that would keep its blocks' bytes on the disk.
    private func removeUnfinishedSnapshots(in root: String) throws(FileError) {
        for name in try directory.files.list(root) where name.hasSuffix(BlockWriter.temporarySuffix) {
            try directory.files.removeTree("\(root)/\(name)")
        }
    }
}
