import Journal
import Platform

/// What goes into a snapshot: files that never change any more, which get a second name, and files that grow, of which
/// the part that is there is copied. Names are relative to the data directory.
struct SnapshotContent {
    struct Growing {
        var name: String
        var file: any File
        /// Bytes that belong to the snapshot.
        var size: Int
    }

    private(set) var directories: [String] = []
    private(set) var finished: [String] = []
    private(set) var growing: [Growing] = []

    private let files: any FileSystem
    private let path: String

    init(_ directory: DataDirectory) {
        files = directory.files
        path = directory.path
    }

    mutating func addDirectory(_ name: String) { directories.append(name) }

    /// Adds all blocks; none may come or go meanwhile.
    mutating func addBlocks() throws(FileError) {
        directories.append("blocks")
        for name in try files.list("\(path)/blocks").sorted() where BlockName(name) != nil {
            directories.append("blocks/\(name)")
            for file in try files.list("\(path)/blocks/\(name)").sorted() where !file.hasSuffix(".new") {
                finished.append("blocks/\(name)/\(file)")
            }
        }
    }

    /// Adds the groups that are sealed; none may go meanwhile.
    mutating func addGroups(_ windows: some Sequence<WindowFile>) {
        directories.append("head")
        for window in windows {
            directories.append("head/\(window.name)")
            growing.append(
                Growing(name: GroupFormat.path("head", window.name), file: window.file, size: window.size))
        }
    }

    /// Adds a log as it is now; with the commit lock held.
    mutating func add(_ log: SegmentedLog, named name: String) throws(FileError) {
        directories.append(name)
        let segments = log.segments
        for segment in segments.dropLast() { finished.append("\(name)/\(segment.fileName)") }
        guard let last = segments.last else { return }
        let file = try files.open("\(path)/\(name)/\(last.fileName)", .read)
        growing.append(Growing(name: "\(name)/\(last.fileName)", file: file, size: last.size))
    }

    /// Adds a log without content that goes on with the numbers of another one.
    mutating func addEmpty(after log: SegmentedLog, named name: String) throws(FileError) {
        directories.append(name)
        guard let last = log.segments.last else { return }
        let file = try files.open("\(path)/\(name)/\(last.fileName)", .read)
        let next = LogSegment(number: last.number + 1, size: 0)
        growing.append(Growing(name: "\(name)/\(next.fileName)", file: file, size: 0))
    }

    /// Gives the finished files their second names below `target`; copies them where that cannot be.
    func linkFinished(to target: String) throws(FileError) {
        for name in finished {
            do throws(FileError) {
                try files.link("\(path)/\(name)", to: "\(target)/\(name)")
            } catch {
                guard error.reason == .otherVolume else { throw error }
                let file = try files.open("\(path)/\(name)", .read)
                try files.copy(file, size: try file.size(), to: "\(target)/\(name)")
            }
        }
    }

    func copyGrowing(to target: String) throws(FileError) {
        for entry in growing { try files.copy(entry.file, size: Int64(entry.size), to: "\(target)/\(entry.name)") }
    }
}
