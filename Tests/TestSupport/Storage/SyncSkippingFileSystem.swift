import Platform

/// The canary: says that it has synced files under a path, and has not. A simulation that does not notice proves nothing.
package struct SyncSkippingFileSystem: FileSystem {
    private let real: any FileSystem
    private let part: String

    /// Skips `sync` of all files whose path contains `part`.
    package init(_ real: any FileSystem, skipping part: String) {
        self.real = real
        self.part = part
    }

    package func open(_ path: String, _ mode: FileMode) throws(FileError) -> any File {
        let file = try real.open(path, mode)
        return path.contains(part) ? SyncSkippingFile(file) : file
    }

    package func status(_ path: String) throws(FileError) -> FileStatus? { try real.status(path) }
    package func createDirectory(_ path: String) throws(FileError) { try real.createDirectory(path) }
    package func list(_ path: String) throws(FileError) -> [String] { try real.list(path) }
    package func rename(_ source: String, to destination: String) throws(FileError) {
        try real.rename(source, to: destination)
    }
    package func link(_ source: String, to destination: String) throws(FileError) {
        try real.link(source, to: destination)
    }
    package func remove(_ path: String) throws(FileError) { try real.remove(path) }
    package func removeDirectory(_ path: String) throws(FileError) { try real.removeDirectory(path) }
    package func syncDirectory(_ path: String) throws(FileError) { try real.syncDirectory(path) }
    package func lock(_ path: String, owner: String) throws(FileError) -> any FileLock {
        try real.lock(path, owner: owner)
    }
    package func freeSpace(_ path: String) throws(FileError) -> Int64 { try real.freeSpace(path) }
    package func totalSpace(_ path: String) throws(FileError) -> Int64 { try real.totalSpace(path) }
}

private final class SyncSkippingFile: File {
    private let real: any File

    init(_ real: any File) { self.real = real }

    var path: String { real.path }
    func size() throws(FileError) -> Int64 { try real.size() }
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) { try real.append(bytes) }
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
        try real.write(bytes, at: offset)
    }
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileError) -> Int {
        try real.read(into: buffer, at: offset)
    }
    func truncate(to size: Int64) throws(FileError) { try real.truncate(to: size) }
    func sync() throws(FileError) {}
    func map(length: Int) throws(FileError) -> any MappedBytes { try real.map(length: length) }
}
