import Platform

/// What stands at the top of a data directory, and whether it is ours.
///
///     format      a line of text: what this directory is, and its version
///     lock        held while a server runs; names it
///     wal/        register/ and journal/; sync-failed after an fsync failed
///     head/       <window start in ms>/groups
///     blocks/     <ULID>/{data,index,meta}
///     snapshots/  copies that are data directories themselves
///     quarantine/ what `repair` or a start has found damaged
struct DataDirectory {
    static let version = 1
    private static let formatPrefix = "apus data directory, format "

    let files: any FileSystem
    let path: String

    /// Refuses a directory that is not ours or newer, changing nothing; then takes the lock and makes what is missing.
    func open(owner: String) throws(StorageError) -> any FileLock {
        do {
            try makeDirectories(path)
            try check()
            let lock = try takeLock(owner)
            if try files.status("\(path)/format") == nil {
                try mark()
            }
            for name in ["wal", "head", "blocks"] { try files.createDirectory("\(path)/\(name)") }
            for name in ["wal/register", "wal/journal"] { try files.createDirectory("\(path)/\(name)") }
            try files.syncDirectory("\(path)/wal")
            try files.syncDirectory(path)
            return lock
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError("cannot use the data directory \(path): \(error)")
        }
    }

    /// Takes the lock of a directory that is there and is ours; changes nothing else.
    func openExisting(owner: String) throws(StorageError) -> any FileLock {
        do {
            if try files.status(path) != nil { try check() }
            guard try files.status("\(path)/format") != nil else {
                throw StorageError("there is no data directory of Apus in \(path)")
            }
            return try takeLock(owner)
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError("cannot use the data directory \(path): \(error)")
        }
    }

    /// Says what this directory is.
    func mark() throws(FileError) {
        let text = ByteBuffer()
        text.append("\(Self.formatPrefix)\(Self.version)\n")
        try files.replace("\(path)/format", with: text.bytes)
    }

    private func takeLock(_ owner: String) throws -> any FileLock {
        do throws(FileError) {
            return try files.lock("\(path)/lock", owner: owner)
        } catch {
            guard case .locked(let other) = error.reason else { throw error }
            let holder = other.isEmpty ? "another process" : other
            throw StorageError(
                "the data directory \(path) is in use by \(holder): stop that, or choose another directory with "
                    + "--storage.tsdb.path")
        }
    }

    private func makeDirectories(_ directory: String) throws(FileError) {
        if directory.isEmpty || directory == "/" || directory == "." { return }
        if try files.status(directory) != nil { return }
        let parent = files.parent(of: directory)
        if parent != directory { try makeDirectories(parent) }
        try files.createDirectory(directory)
        if try files.status(parent) != nil { try files.syncDirectory(parent) }
    }

    private func check() throws {
        if try files.status("\(path)/format") != nil {
            let text = String(decoding: try files.contents(of: "\(path)/format"), as: UTF8.self)
            let number = text.split(separator: "\n").first.flatMap { line -> Int? in
                line.hasPrefix(Self.formatPrefix) ? Int(line.dropFirst(Self.formatPrefix.count)) : nil
            }
            guard let number else {
                throw StorageError("\(path)/format is not the mark of an Apus data directory; choose another directory")
            }
            if number > Self.version {
                throw StorageError(
                    "the data directory \(path) has format \(number), newer than this program's \(Self.version); "
                        + "use a newer program")
            }
            return
        }
        if let sign = try prometheusSign() {
            throw StorageError(
                "\(path) holds data of Prometheus (\(sign)); choose another directory with --storage.tsdb.path, or "
                    + "bring its data in with: apus tsdb import prometheus \(path)")
        }
        try checkIsUnused()
    }

    /// Refuses a directory that is in other use. Only what a first start leaves that was cut off, and what a volume
    /// brings, may be there before the mark.
    private func checkIsUnused() throws {
        let own: Set<String> = ["lock", "format.new", "lost+found"]
        let foreign = try files.list(path).filter { !own.contains($0) }.sorted()
        if foreign.isEmpty { return }
        let names = foreign.prefix(3).joined(separator: ", ") + (foreign.count > 3 ? ", ..." : "")
        throw StorageError(
            "\(path) is not empty and no Apus data directory (it has \(names)); choose another one with "
                + "--storage.tsdb.path, or an empty one")
    }

    /// What shows that Prometheus wrote here.
    private func prometheusSign() throws(FileError) -> String? {
        for name in try files.list(path) {
            if name == "chunks_head" { return "chunks_head/" }
            if name == "wal" {
                for entry in try files.list("\(path)/wal") {
                    let isSegment = entry.utf8.count == 8 && entry.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    if isSegment || entry.hasPrefix("checkpoint.") { return "wal/\(entry)" }
                }
            }
            let isULID = name.utf8.count == 26 && name.utf8.allSatisfy { $0 < 0x80 && ($0 < 0x61) }
            if isULID, try files.status("\(path)/\(name)/meta.json") != nil { return "\(name)/meta.json" }
        }
        return nil
    }
}
