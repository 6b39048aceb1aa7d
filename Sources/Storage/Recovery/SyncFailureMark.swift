import Platform

/// Remembers over a restart that an fsync failed. After that the page cache shows bytes that the disk may not have, and
/// the kernel takes them for written: another fsync would succeed and do nothing. So the next start copies
/// all files of the store, as it reads them, before it relies on any.
struct SyncFailureMark {
    let files: any FileSystem
    let directory: String

    private var path: String { "\(directory)/wal/sync-failed" }

    /// Sets the mark, if the disk still takes it. Thread safe.
    func set() {
        do throws(FileError) {
            try files.open(path, .create).sync()
            try files.syncDirectory("\(directory)/wal")
        } catch {
            // Whoever failed to sync has said so already.
        }
    }

    /// Copies everything and makes it durable, if the mark is set; true when it was.
    func repair() throws(FileError) -> Bool {
        if try files.status(path) == nil { return false }
        for log in [WriteAheadLog.registerDirectory(directory), WriteAheadLog.journalDirectory(directory)] {
            for name in try files.list(log) where name.hasSuffix(".wal") { try rewrite("\(log)/\(name)") }
            try files.syncDirectory(log)
        }
        let head = Recovery.headDirectory(directory)
        for name in try files.list(head) where WindowFile.parse(name) != nil {
            let groups = GroupFormat.path(head, name)
            if try files.status(groups) == nil { continue }
            try rewrite(groups)
            try files.syncDirectory("\(head)/\(name)")
        }
        try files.syncDirectory(head)
        try files.remove(path)
        try files.syncDirectory("\(directory)/wal")
        return true
    }

    /// Puts a copy in the place of a file.
    private func rewrite(_ path: String) throws(FileError) {
        let file = try files.open(path, .read)
        try files.copy(file, size: try file.size(), to: path + ".new")
        try files.rename(path + ".new", to: path)
    }
}
