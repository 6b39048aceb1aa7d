import Platform

/// The sealed groups of one window: an append-only file, mapped for reading. Written by the sealer only; `mapping` is
/// guarded as `Head` is.
final class WindowFile {
    let window: Int64
    /// Of the directory under `head/`.
    let name: String
    let file: any File
    /// Bytes of whole groups.
    private(set) var size: Int
    /// What readers use; covers all groups that are published.
    private(set) var mapping: any MappedBytes
    /// Bytes that are durable.
    private(set) var syncedSize: Int
    /// After a failed sync nobody knows what is on disk, and another sync would say that all is well.
    private var syncFailure: FileError?

    private init(window: Int64, name: String, file: any File, size: Int, syncedSize: Int) throws(FileError) {
        self.window = window
        self.name = name
        self.file = file
        self.size = size
        self.syncedSize = syncedSize
        mapping = try file.map(length: size)
    }

    /// The name of a window's directory. A window that takes samples again after it became a block gets another one, so
    /// that a name says whether a block stands for the groups.
    static func name(window: Int64, generation: Int) -> String {
        generation == 0 ? "\(window)" : "\(window).\(generation)"
    }

    /// The window and the generation in a name.
    static func parse(_ name: String) -> (window: Int64, generation: Int)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let window = Int64(parts[0]), parts.count <= 2 else { return nil }
        guard let generation = parts.count == 1 ? 0 : Int(parts[1]) else { return nil }
        return self.name(window: window, generation: generation) == name ? (window, generation) : nil
    }

    /// Begins the file of a window; an empty or torn one is begun anew.
    static func create(
        _ files: any FileSystem, _ directory: String, window: Int64, name: String
    ) throws(FileError) -> WindowFile {
        try files.createDirectory("\(directory)/\(name)")
        let file = try files.open(GroupFormat.path(directory, name), .create)
        try file.truncate(to: 0)
        let header = ByteBuffer()
        GroupFormat.appendFileHeader(to: header)
        try file.append(header.bytes)
        return try WindowFile(window: window, name: name, file: file, size: header.count, syncedSize: 0)
    }

    /// Goes on with a file whose whole groups end at `size`; cuts what is behind.
    static func reopen(
        _ files: any FileSystem, _ directory: String, window: Int64, name: String, size: Int
    ) throws(FileError) -> WindowFile {
        let file = try files.open(GroupFormat.path(directory, name), .update)
        if try file.size() > Int64(size) {
            try file.truncate(to: Int64(size))
            // A power cut could bring the tail back in the place of what is written next, and make it whole.
            try file.sync()
        }
        return try WindowFile(window: window, name: name, file: file, size: size, syncedSize: 0)
    }

    /// Appends encoded groups, the first of which begins at the returned offset. After an error they are not there.
    func append(_ groups: UnsafeRawBufferPointer) throws(FileError) -> Int {
        let start = GroupFormat.aligned(size)
        let padding = [UInt8](repeating: 0, count: start - size)
        do throws(FileError) {
            if !padding.isEmpty {
                let buffer = ByteBuffer()
                buffer.append(padding)
                try file.append(buffer.bytes)
            }
            try file.append(groups)
        } catch {
            try file.truncate(to: Int64(size))
            throw error
        }
        size = start + groups.count
        return start
    }

    /// A mapping of all groups, for `publish`.
    func makeMapping() throws(FileError) -> any MappedBytes { try file.map(length: size) }

    func publish(_ mapping: any MappedBytes) { self.mapping = mapping }

    var needsSync: Bool { syncedSize < size }

    func sync() throws(FileError) {
        if let syncFailure { throw syncFailure }
        let covered = size
        do throws(FileError) { try file.sync() } catch {
            syncFailure = error
            throw error
        }
        syncedSize = covered
    }
}
