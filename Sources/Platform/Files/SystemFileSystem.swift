import Glibc

/// The machine's own files.
package struct SystemFileSystem: FileSystem {
    package init() {}

    package func open(_ path: String, _ mode: FileMode) throws(FileError) -> any File {
        let flags: Int32
        switch mode {
        case .read: flags = O_RDONLY
        case .update: flags = O_RDWR
        case .create: flags = O_RDWR | O_CREAT
        }
        return try SystemFile(descriptor: SystemCall.open(path, flags), path: path)
    }

    package func status(_ path: String) throws(FileError) -> FileStatus? {
        guard let status = try SystemCall.status(path) else { return nil }
        return FileStatus(
            size: Int64(status.st_size),
            isDirectory: status.st_mode & S_IFMT == S_IFDIR,
            modified: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000)
    }

    package func createDirectory(_ path: String) throws(FileError) {
        if mkdir(path, 0o755) == 0 { return }
        let error = FileError.last("create directory", path)
        if error.reason == .alreadyExists, try status(path)?.isDirectory == true { return }
        throw error
    }

    package func list(_ path: String) throws(FileError) -> [String] { try SystemCall.list(path) }

    package func rename(_ source: String, to destination: String) throws(FileError) {
        guard Glibc.rename(source, destination) == 0 else {
            throw .last("rename", "\(source) to \(destination)")
        }
    }

    package func link(_ source: String, to destination: String) throws(FileError) {
        guard Glibc.link(source, destination) == 0 else {
            throw .last("link", "\(source) to \(destination)")
        }
    }

    package func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 else { throw .last("remove", path) }
    }

    package func removeDirectory(_ path: String) throws(FileError) {
        guard rmdir(path) == 0 else { throw .last("remove directory", path) }
    }

    package func syncDirectory(_ path: String) throws(FileError) { try SystemCall.syncDirectory(path) }

    package func lock(_ path: String, owner: String) throws(FileError) -> any FileLock {
        let file = try SystemFile(descriptor: SystemCall.open(path, O_RDWR | O_CREAT), path: path)
        guard try SystemCall.lock(file.descriptor, path) else {
            throw .locked(path, owner: String(decoding: try contents(of: path), as: UTF8.self))
        }
        let lock = SystemLock(file)
        try file.truncate(to: 0)
        let text = ByteBuffer()
        text.append(owner)
        try file.append(text.bytes)
        return lock
    }

    package func freeSpace(_ path: String) throws(FileError) -> Int64 { try SystemCall.freeSpace(path) }
    package func totalSpace(_ path: String) throws(FileError) -> Int64 { try SystemCall.totalSpace(path) }

    /// The text of a small file; nil when it cannot be read.
    func text(_ path: String) -> String? {
        guard let bytes = try? contents(of: path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension FileError {
    /// The error of a lock that somebody else holds.
    package static func locked(_ path: String, owner: String) -> FileError {
        FileError(
            operation: "lock", path: path, reason: .locked(owner: owner),
            detail: "locked by \(owner.isEmpty ? "another process" : owner)")
    }
}
