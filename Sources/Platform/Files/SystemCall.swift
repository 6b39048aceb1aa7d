import Glibc

/// The system calls on files, one owner each: results are checked, EINTR is tried again, failures are `FileError`s.
enum SystemCall {
    static func open(_ path: String, _ flags: Int32) throws(FileError) -> Int32 {
        while true {
            let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o644)
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw .last("open", path) }
        }
    }

    /// Whatever close says, the descriptor is gone, and what matters was synced before.
    static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    /// Nil when nothing stands at the path.
    static func status(_ path: String) throws(FileError) -> stat? {
        var result = stat()
        if stat(path, &result) == 0 { return result }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw .last("stat", path)
    }

    static func size(_ descriptor: Int32, _ path: String) throws(FileError) -> Int64 {
        var result = stat()
        guard fstat(descriptor, &result) == 0 else { throw .last("stat", path) }
        return Int64(result.st_size)
    }

    /// Writes all bytes, in as many calls as the system needs (nearly always one).
    /// - Parameter operation: what the caller was doing, for the error.
    static func write(
        _ bytes: UnsafeRawBufferPointer, at offset: Int64, _ descriptor: Int32, _ operation: String,
        _ path: String
    ) throws(FileError) {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let written = pwrite(descriptor, base + done, bytes.count - done, off_t(offset) + done)
            if written > 0 {
                done += written
            } else if written == 0 {
                throw FileError(operation, path, code: ENOSPC)
            } else if errno != EINTR {
                throw .last(operation, path)
            }
        }
    }

    /// Reads until the buffer is full or the file ends.
    static func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int64, _ descriptor: Int32, _ path: String
    ) throws(FileError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, base + done, buffer.count - done, off_t(offset) + done)
            if count == 0 { break }
            if count > 0 {
                done += count
            } else if errno != EINTR {
                throw .last("read", path)
            }
        }
        return done
    }

    static func truncate(_ descriptor: Int32, to size: Int64, _ path: String) throws(FileError) {
        while ftruncate(descriptor, off_t(size)) != 0 {
            if errno != EINTR { throw .last("truncate", path) }
        }
    }

    /// Content and size, not the other metadata. Not tried again on EIO: the kernel has dropped the pages by then,
    /// and a second call would lie.
    static func syncData(_ descriptor: Int32, _ path: String) throws(FileError) {
        while fdatasync(descriptor) != 0 {
            if errno != EINTR { throw .last("sync", path) }
        }
    }

    static func syncDirectory(_ path: String) throws(FileError) {
        let descriptor = try open(path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        while fsync(descriptor) != 0 {
            if errno != EINTR { throw .last("sync directory", path) }
        }
    }

    static func map(_ descriptor: Int32, length: Int, _ path: String) throws(FileError)
        -> UnsafeMutableRawPointer
    {
        guard let address = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, 0), address != MAP_FAILED
        else {
            throw .last("map", path)
        }
        return address
    }

    /// False when another open file holds the lock.
    static func lock(_ descriptor: Int32, _ path: String) throws(FileError) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            if errno != EINTR { throw .last("lock", path) }
        }
        return true
    }

    static func unlock(_ descriptor: Int32) { _ = flock(descriptor, LOCK_UN) }

    static func list(_ path: String) throws(FileError) -> [String] {
        guard let directory = opendir(path) else { throw .last("list", path) }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else {
                if errno != 0 { throw .last("list", path) }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    static func freeSpace(_ path: String) throws(FileError) -> Int64 {
        let volume = try volume(path)
        return Int64(clamping: UInt64(volume.f_bavail) &* UInt64(volume.f_frsize))
    }

    static func totalSpace(_ path: String) throws(FileError) -> Int64 {
        let volume = try volume(path)
        return Int64(clamping: UInt64(volume.f_blocks) &* UInt64(volume.f_frsize))
    }

    private static func volume(_ path: String) throws(FileError) -> statvfs {
        var result = statvfs()
        while statvfs(path, &result) != 0 {
            if errno != EINTR { throw .last("space of", path) }
        }
        return result
    }
}
