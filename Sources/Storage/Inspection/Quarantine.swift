import Platform

/// Where damaged files go, so that nothing is ever lost by a repair or a start: `quarantine/<time>/` in the data
/// directory, with the names they had.
struct Quarantine {
    private let files: any FileSystem
    private let path: String
    /// Relative to the data directory.
    let name: String
    /// What was put there.
    private(set) var entries: [String] = []

    init(_ directory: DataDirectory, now: Int64) {
        files = directory.files
        path = directory.path
        name = "quarantine/\(TimeStamp.compact(now))"
    }

    /// Moves a file or directory there.
    mutating func move(_ entry: String) throws(FileError) {
        try files.rename("\(path)/\(entry)", to: try place(entry))
        try files.syncDirectory(files.parent(of: "\(path)/\(entry)"))
        try settle(entry)
    }

    /// Puts a copy of a file there.
    mutating func copy(_ entry: String) throws(FileError) {
        let source = try files.open("\(path)/\(entry)", .read)
        try files.copy(source, size: try source.size(), to: try place(entry))
        try settle(entry)
    }

    /// The free name of an entry; its parents are there.
    private func place(_ entry: String) throws(FileError) -> String {
        var directory = path
        for part in "\(name)/\(entry)".split(separator: "/").dropLast() {
            directory += "/\(part)"
            try files.createDirectory(directory)
        }
        let wanted = "\(path)/\(name)/\(entry)"
        var free = wanted
        var count = 1
        while try files.status(free) != nil {
            count += 1
            free = "\(wanted).\(count)"
        }
        return free
    }

    /// Makes the new entry durable, up to the data directory.
    private mutating func settle(_ entry: String) throws(FileError) {
        var directory = files.parent(of: "\(path)/\(name)/\(entry)")
        while directory.count >= path.count {
            try files.syncDirectory(directory)
            if directory == path { break }
            directory = files.parent(of: directory)
        }
        entries.append(entry)
    }
}
