extension FileSystem {
    /// All bytes of a file; also of one without a size, as in /proc.
    package func contents(of path: String) throws(FileError) -> [UInt8] {
        let file = try open(path, .read)
        let content = ByteBuffer(capacity: Int(try file.size()) + 1)
        while true {
            let room = max(content.capacity - content.count, 4096)
            let target = UnsafeMutableRawBufferPointer(start: content.reserve(room), count: room)
            let read = try file.read(into: target, at: Int64(content.count))
            content.commit(read)
            if read < room { return [UInt8](content.bytes) }
        }
    }

    /// Puts a whole new content at a path in one durable step: written beside it under `path.new`, synced, renamed,
    /// parent synced. After a crash the path has the old content or the new one, whole.
    package func replace(_ path: String, with bytes: UnsafeRawBufferPointer) throws(FileError) {
        let temporary = path + ".new"
        let file = try open(temporary, .create)
        try file.truncate(to: 0)
        try file.append(bytes)
        try file.sync()
        try rename(temporary, to: path)
        try syncDirectory(parent(of: path))
    }

    /// Makes a file of the first `size` bytes of another one, its content durable; the entry is durable after
    /// `syncDirectory` of its parent.
    package func copy(_ source: any File, size: Int64, to path: String) throws(FileError) {
        let copy = try open(path, .create)
        try copy.truncate(to: 0)
        let buffer = ByteBuffer(capacity: 1 << 20)
        var offset: Int64 = 0
        while offset < size {
            let wanted = Int(min(size - offset, 1 << 20))
            let count = try source.read(into: .init(start: buffer.base, count: wanted), at: offset)
            if count == 0 { break }
            try copy.append(UnsafeRawBufferPointer(start: buffer.base, count: count))
            offset += Int64(count)
        }
        try copy.sync()
    }

    /// Removes a directory and everything in it; nothing when it is missing.
    package func removeTree(_ path: String) throws(FileError) {
        guard let status = try status(path) else { return }
        guard status.isDirectory else { return try remove(path) }
        for name in try list(path) { try removeTree("\(path)/\(name)") }
        try removeDirectory(path)
    }

    /// The directory that holds a path.
    package func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
