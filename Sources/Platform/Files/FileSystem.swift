/// Files as the storage engine sees them. The real one is `SystemFileSystem`; tests run the same code over
/// `SimulatedFileSystem`, which loses what was not synced.
///
/// Paths are plain strings with `/`. All calls are synchronous and may be made from any thread.
package protocol FileSystem: Sendable {
    /// Opens a file. `.create` makes an empty one when there is none; a new file's directory entry is durable only
    /// after `syncDirectory`.
    func open(_ path: String, _ mode: FileMode) throws(FileError) -> any File
    /// What stands at the path, or nil when nothing does.
    func status(_ path: String) throws(FileError) -> FileStatus?
    /// Makes one directory; its parent must exist. An existing directory is not an error.
    func createDirectory(_ path: String) throws(FileError)
    /// Names (not paths) in a directory, in no particular order.
    func list(_ path: String) throws(FileError) -> [String]
    /// Replaces `destination` in one step. Durable after `syncDirectory` of both parents.
    func rename(_ source: String, to destination: String) throws(FileError)
    /// Gives a file a second name. Durable after `syncDirectory` of the new name's parent. Fails with `.otherVolume`
    /// where a file cannot have names on both sides.
    func link(_ source: String, to destination: String) throws(FileError)
    /// Removes a file.
    func remove(_ path: String) throws(FileError)
    /// Removes an empty directory.
    func removeDirectory(_ path: String) throws(FileError)
    /// Makes the entries of a directory durable.
    func syncDirectory(_ path: String) throws(FileError)
    /// Takes an exclusive advisory lock on a file (created when missing) and writes `owner` into it; held until the
    /// result goes away. Fails with `.locked` and the present owner's text.
    func lock(_ path: String, owner: String) throws(FileError) -> any FileLock
    /// Bytes that an ordinary user may still write to the volume that holds the path.
    func freeSpace(_ path: String) throws(FileError) -> Int64
    /// Bytes that the volume that holds the path has in all.
    func totalSpace(_ path: String) throws(FileError) -> Int64
}

package enum FileMode: Sendable {
    case read
    /// Read and write an existing file.
    case update
    /// Read and write, made empty when it is missing.
    case create
}

package struct FileStatus: Sendable, Equatable {
    package var size: Int64
    package var isDirectory: Bool
    /// Milliseconds since the epoch.
    package var modified: Int64

    package init(size: Int64, isDirectory: Bool, modified: Int64) {
        self.size = size
        self.isDirectory = isDirectory
        self.modified = modified
    }
}

/// An open file; closed when the last reference goes away. Calls may come from any thread, but `append` and
/// `truncate` need one writer at a time.
package protocol File: AnyObject, Sendable {
    var path: String { get }
    func size() throws(FileError) -> Int64
    /// Writes all bytes at the end. After an error any part of them may be there: the caller truncates.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError)
    /// Writes all bytes at an offset.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError)
    /// Reads up to the buffer's size; fewer bytes only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileError) -> Int
    func truncate(to size: Int64) throws(FileError)
    /// Makes content and size durable (fdatasync).
    func sync() throws(FileError)
    /// Maps the first `length` bytes for reading. Bytes beyond the file's end must not be touched.
    func map(length: Int) throws(FileError) -> any MappedBytes
}

/// Read-only memory of a file; unmapped when the last reference goes away. Later appends do not show beyond
/// `bytes.count`.
package protocol MappedBytes: AnyObject, Sendable {
    var bytes: UnsafeRawBufferPointer { get }
}

/// A held lock; released when the last reference goes away.
package protocol FileLock: AnyObject, Sendable {}
