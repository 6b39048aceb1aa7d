import Platform

/// The state behind `SimulatedFileSystem`: nodes, unsynced changes of directories, planned faults.
struct SimulatedDisk {
    static let root = 0

    var nodes: [Int: SimulatedNode] = [root: SimulatedNode(isDirectory: true)]
    var random: SeededRandom
    /// Calls so far that change something.
    var operations = 0
    var crashOperation: Int?
    var hasCrashed = false
    var capacity: Int64?
    var faults: [PlannedFault] = []
    var locks: [String: String] = [:]
    private var nextNode = 1
    /// In the order in which they were made.
    private var changes: [DirectoryChange] = []

    struct PlannedFault {
        var operation: SimulatedFileSystem.Operation
        var reason: FileError.Reason
        var skip: Int
        var times: Int
    }

    /// One step on directory entries, whole or not at all.
    private struct DirectoryChange {
        var removed: Entry?
        var added: (entry: Entry, node: Int)?
        var unsynced: Set<Int>
    }

    struct Entry: Equatable {
        var directory: Int
        var name: String
    }

    init(random: SeededRandom) { self.random = random }

    // MARK: Faults

    /// Counts a call and tells how it fails, if it does. `.write` covers `append` and `write`.
    mutating func fault(_ operation: SimulatedFileSystem.Operation, _ path: String) throws(FileError) -> FileError? {
        if hasCrashed { throw Self.crashed(operation, path) }
        if operation.isChange {
            operations += 1
            if operations == crashOperation {
                hasCrashed = true
                return Self.crashed(operation, path)
            }
        }
        guard let index = faults.firstIndex(where: { $0.operation == operation }) else { return nil }
        if faults[index].skip > 0 {
            faults[index].skip -= 1
            return nil
        }
        let reason = faults[index].reason
        faults[index].times -= 1
        if faults[index].times <= 0 { faults.remove(at: index) }
        return Self.error(operation, path, reason)
    }

    static func error(
        _ operation: SimulatedFileSystem.Operation, _ path: String, _ reason: FileError.Reason
    ) -> FileError {
        FileError(operation: operation.rawValue, path: path, reason: reason, detail: "\(reason) (simulated)")
    }

    private static func crashed(_ operation: SimulatedFileSystem.Operation, _ path: String) -> FileError {
        FileError(operation: operation.rawValue, path: path, reason: .device, detail: "the simulated machine crashed")
    }

    /// Bytes that still fit.
    var room: Int64 {
        guard let capacity else { return 1 << 40 }
        return max(0, capacity - nodes.values.reduce(0) { $0 + Int64($1.content.count) })
    }

    // MARK: Paths

    func node(_ path: String) -> Int? {
        var current = Self.root
        for name in Self.names(path) {
            guard let next = nodes[current]?.entries[name] else { return nil }
            current = next
        }
        return current
    }

    /// Where the path's last name stands; nil when its parent is no directory.
    func entry(_ path: String) -> Entry? {
        let names = Self.names(path)
        guard let last = names.last, let parent = node(names.dropLast().joined(separator: "/")),
            nodes[parent]?.isDirectory == true
        else { return nil }
        return Entry(directory: parent, name: last)
    }

    private static func names(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.map(String.init)
    }

    // MARK: Directories

    mutating func add(_ entry: Entry, isDirectory: Bool) -> Int {
        let number = nextNode
        nextNode += 1
        nodes[number] = SimulatedNode(isDirectory: isDirectory, modified: Int64(operations))
        nodes[entry.directory]?.entries[entry.name] = number
        changes.append(DirectoryChange(added: (entry, number), unsynced: [entry.directory]))
        return number
    }

    mutating func link(_ number: Int, as entry: Entry) {
        nodes[number]?.isLinked = true
        nodes[entry.directory]?.entries[entry.name] = number
        changes.append(DirectoryChange(added: (entry, number), unsynced: [entry.directory]))
    }

    mutating func remove(_ entry: Entry) {
        nodes[entry.directory]?.entries[entry.name] = nil
        changes.append(DirectoryChange(removed: entry, unsynced: [entry.directory]))
    }

    mutating func move(_ source: Entry, to destination: Entry) {
        guard let number = nodes[source.directory]?.entries[source.name] else { return }
        nodes[source.directory]?.entries[source.name] = nil
        nodes[destination.directory]?.entries[destination.name] = number
        changes.append(
            DirectoryChange(
                removed: source, added: (destination, number), unsynced: [source.directory, destination.directory]))
    }

    mutating func syncDirectory(_ directory: Int) {
        var left: [DirectoryChange] = []
        for var change in changes {
            change.unsynced.remove(directory)
            if change.unsynced.isEmpty { makeDurable(change) } else { left.append(change) }
        }
        changes = left
        dropUnreachable()
    }

    private mutating func makeDurable(_ change: DirectoryChange) {
        if let removed = change.removed {
            nodes[removed.directory]?.durableEntries[removed.name] = nil
        }
        guard let added = change.added else { return }
        // When an earlier rename of the node was lost in a crash, its older name goes now: a file has one name, unless
        // it was given more.
        for number in nodes.keys where nodes[added.node]?.isLinked != true {
            if let name = nodes[number]?.durableEntries.first(where: { $0.value == added.node })?.key {
                nodes[number]?.durableEntries[name] = nil
            }
        }
        nodes[added.entry.directory]?.durableEntries[added.entry.name] = added.node
    }

    private mutating func dropUnreachable() {
        var live: Set<Int> = [Self.root]
        for change in changes { if let added = change.added { live.insert(added.node) } }
        for (number, node) in nodes {
            if node.openHandles > 0 { live.insert(number) }
            live.formUnion(node.entries.values)
            live.formUnion(node.durableEntries.values)
        }
        nodes = nodes.filter { live.contains($0.key) }
    }

    // MARK: Crash

    /// The disk as the next start finds it: everything synced, and a random part of the rest.
    func afterCrash(seed: UInt64) -> SimulatedDisk {
        var random = SeededRandom(seed: seed)
        var disk = self
        let probability = ([0, 0.5, 0.9, 1] as [Double]).randomElement(using: &random) ?? 0
        for change in changes where random.chance(probability) { disk.makeDurable(change) }
        disk.changes = []
        for number in nodes.keys.sorted() {
            guard var node = disk.nodes[number] else { continue }
            let content = node.contentAfterCrash(&random)
            node.content = content
            node.durable = content
            node.dirty = []
            node.sizeIsDirty = false
            node.entries = node.durableEntries
            node.openHandles = 0
            disk.nodes[number] = node
        }
        disk.dropUnreachable()
        disk.random = random
        disk.operations = 0
        disk.crashOperation = nil
        disk.hasCrashed = false
        disk.faults = []
        disk.locks = [:]
        return disk
    }
}
