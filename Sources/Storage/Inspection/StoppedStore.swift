import Platform

/// A data directory that no server runs on, held by its lock and looked at as it lies on the disk: nothing is replayed,
/// nothing is changed but by `repair`. Not thread safe.
package final class StoppedStore {
    let directory: DataDirectory
    private let lock: any FileLock
    var files: any FileSystem { directory.files }
    package var path: String { directory.path }

    /// Refuses what is no data directory, is newer than this program, or is held by somebody.
    package init(_ path: String, files: any FileSystem, owner: String) throws(StorageError) {
        directory = DataDirectory(files: files, path: path)
        lock = try directory.openExisting(owner: owner)
    }

    /// Names of all blocks, oldest first.
    func blockNames() throws(FileError) -> [BlockName] {
        let root = BlockSet.root(path)
        if try files.status(root) == nil { return [] }
        return try files.list(root).compactMap { BlockName($0) }.sorted()
    }

    func blockDirectory(_ name: BlockName) -> String { "\(BlockSet.root(path))/\(name)" }

    /// Names of the directories of windows, oldest first.
    func windowNames() throws(FileError) -> [String] {
        let root = Recovery.headDirectory(path)
        if try files.status(root) == nil { return [] }
        let names = try files.list(root).compactMap { name in WindowFile.parse(name).map { ($0, name) } }
        return names.sorted { ($0.0.window, $0.0.generation) < ($1.0.window, $1.0.generation) }.map(\.1)
    }
}

/// Something in a data directory that is not as it was written.
package struct StoreFinding: Sendable, Equatable, CustomStringConvertible {
    package var file: String
    package var offset: Int
    package var reason: String

    package var description: String { "\(file): offset \(offset): \(reason)" }
}

extension StoreFinding {
    /// What an error says about a file.
    init(_ error: any Error, file: String) {
        switch error {
        case let error as BlockError: self.init(file: error.file, offset: error.offset, reason: error.reason)
        case let error as FileError: self.init(file: error.path, offset: 0, reason: error.detail)
        default: self.init(file: file, offset: 0, reason: "\(error)")
        }
    }
}
