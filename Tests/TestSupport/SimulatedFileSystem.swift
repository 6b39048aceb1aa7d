import Platform

/// A file system in memory that behaves like a disk behind a page cache, so that tests can pull the plug.
///
/// - What `sync` did not cover may be lost in a `crash`, by sectors of 512 bytes; so may sizes.
/// - Directory entries (made, renamed, removed) are durable after `syncDirectory` of the parents; before that any of
///   them may survive without the others, each whole or not at all.
/// - Faults are planned: a full disk, failing calls, a crash at the n-th change. A failing write leaves a random part
///   of its bytes behind; a failing sync marks the pages clean and loses them, as Linux does.
///
/// The same seed and calls give the same result. Thread safe.
package final class SimulatedFileSystem: FileSystem {
    package enum Operation: String, Sendable, CaseIterable {
        case open, create, status, list, read, map, lock
        case createDirectory = "create directory"
        case write, truncate, sync, rename, link, remove
        case removeDirectory = "remove directory"
        case syncDirectory = "sync directory"

        var isChange: Bool {
            switch self {
            case .open, .status, .list, .read, .map, .lock: false
            default: true
            }
        }
    }

    let disk: Monitor<SimulatedDisk>

    /// An empty disk.
    package convenience init(seed: UInt64) { self.init(SimulatedDisk(random: SeededRandom(seed: seed))) }

    private init(_ disk: SimulatedDisk) { self.disk = Monitor(disk) }

    // MARK: What tests do to it

    /// Pulls the plug: every later call on this file system and its files fails. The result is what the next start
    /// finds on the disk.
    package func crash(seed: UInt64) -> SimulatedFileSystem {
        SimulatedFileSystem(
            disk.withLock { disk in
                disk.hasCrashed = true
                return disk.afterCrash(seed: seed)
            })
    }

    /// Ends the process without losing the page cache (kill -9): every later call here fails, the result holds
    /// everything that was written, synced or not.
    package func kill() -> SimulatedFileSystem {
        SimulatedFileSystem(
            disk.withLock { disk in
                var next = disk
                disk.hasCrashed = true
                next.hasCrashed = false
                next.crashOperation = nil
                next.faults = []
                next.locks = [:]
                for number in next.nodes.keys { next.nodes[number]?.openHandles = 0 }
                return next
            })
    }

    /// Calls so far that change something; what `crash(atOperation:)` counts.
    package var operations: Int { disk.withLock { $0.operations } }

    package var hasCrashed: Bool { disk.withLock { $0.hasCrashed } }

    /// Everything fails from the n-th change on (`operations` counts them); that change itself may be done in part.
    package func crash(atOperation number: Int) { disk.withLock { $0.crashOperation = number } }

    /// Lets calls fail.
    /// - Parameters:
    ///   - skip: as many go well first.
    ///   - times: as many fail then.
    package func fail(
        _ operation: Operation, with reason: FileError.Reason, skip: Int = 0, times: Int = 1
    ) {
        disk.withLock {
            $0.faults.append(.init(operation: operation, reason: reason, skip: skip, times: times))
        }
    }

    /// Bytes of content that fit on the disk; nil for no limit.
    package func setCapacity(_ bytes: Int64?) { disk.withLock { $0.capacity = bytes } }

    /// Bytes of content on the disk.
    package var usedBytes: Int64 { disk.withLock { $0.nodes.values.reduce(0) { $0 + Int64($1.content.count) } } }

    /// Changes a byte on the disk and in the cache, as a failing medium does.
    package func damage(_ path: String, at offset: Int, with change: (UInt8) -> UInt8 = { ~$0 }) {
        disk.withLock { disk in
            guard let number = disk.node(path), var node = disk.nodes[number] else { return }
            if node.content.indices.contains(offset) { node.content[offset] = change(node.content[offset]) }
            if node.durable.indices.contains(offset) { node.durable[offset] = change(node.durable[offset]) }
            disk.nodes[number] = node
        }
    }

    // MARK: FileSystem

    package func open(_ path: String, _ mode: FileMode) throws(FileError) -> any File {
        let number = try disk.withLock { disk throws(FileError) in
            var number = disk.node(path)
            let isMissing = number == nil
            let operation: Operation = isMissing && mode == .create ? .create : .open
            let fault = try disk.fault(operation, path)
            if isMissing && mode == .create && (fault == nil || disk.hasCrashed && disk.random.chance(0.5)) {
                guard let entry = disk.entry(path) else { throw SimulatedDisk.error(.open, path, .notFound) }
                number = disk.add(entry, isDirectory: false)
            }
            if let fault { throw fault }
            guard let number else { throw SimulatedDisk.error(.open, path, .notFound) }
            if disk.nodes[number]?.isDirectory == true {
                throw SimulatedDisk.error(.open, path, .other(code: Self.isADirectory))
            }
            disk.nodes[number]?.openHandles += 1
            return number
        }
        return SimulatedFile(self, number, path, mode)
    }

    package func status(_ path: String) throws(FileError) -> FileStatus? {
        try disk.withLock { disk throws(FileError) in
            if let fault = try disk.fault(.status, path) { throw fault }
            guard let number = disk.node(path), let node = disk.nodes[number] else { return nil }
            return FileStatus(
                size: Int64(node.content.count), isDirectory: node.isDirectory, modified: node.modified)
        }
    }

    package func createDirectory(_ path: String) throws(FileError) {
        try change(.createDirectory, path) { disk throws(FileError) in
            if let number = disk.node(path) {
                if disk.nodes[number]?.isDirectory == true { return }
                throw SimulatedDisk.error(.createDirectory, path, .alreadyExists)
            }
            guard let entry = disk.entry(path) else {
                throw SimulatedDisk.error(.createDirectory, path, .notFound)
            }
            _ = disk.add(entry, isDirectory: true)
        }
    }

    package func list(_ path: String) throws(FileError) -> [String] {
        try disk.withLock { disk throws(FileError) in
            if let fault = try disk.fault(.list, path) { throw fault }
            guard let number = disk.node(path), let node = disk.nodes[number], node.isDirectory else {
                throw SimulatedDisk.error(.list, path, .notFound)
            }
            return node.entries.keys.sorted().shuffled(using: &disk.random)
        }
    }

    package func rename(_ source: String, to destination: String) throws(FileError) {
        try change(.rename, "\(source) to \(destination)") { disk throws(FileError) in
            guard let from = disk.entry(source), disk.node(source) != nil, let to = disk.entry(destination) else {
                throw SimulatedDisk.error(.rename, source, .notFound)
            }
            if let replaced = disk.node(destination), disk.nodes[replaced]?.entries.isEmpty == false {
                throw SimulatedDisk.error(.rename, destination, .other(code: Self.notEmpty))
            }
            if from != to { disk.move(from, to: to) }
        }
    }

    package func link(_ source: String, to destination: String) throws(FileError) {
        try change(.link, "\(source) to \(destination)") { disk throws(FileError) in
            guard let number = disk.node(source), disk.nodes[number]?.isDirectory == false,
                let entry = disk.entry(destination)
            else { throw SimulatedDisk.error(.link, source, .notFound) }
            if disk.node(destination) != nil { throw SimulatedDisk.error(.link, destination, .alreadyExists) }
            disk.link(number, as: entry)
        }
    }

    package func remove(_ path: String) throws(FileError) {
        try change(.remove, path) { disk throws(FileError) in
            guard let number = disk.node(path), let entry = disk.entry(path) else {
                throw SimulatedDisk.error(.remove, path, .notFound)
            }
            if disk.nodes[number]?.isDirectory == true {
                throw SimulatedDisk.error(.remove, path, .other(code: Self.isADirectory))
            }
            disk.remove(entry)
        }
    }

    package func removeDirectory(_ path: String) throws(FileError) {
        try change(.removeDirectory, path) { disk throws(FileError) in
            guard let number = disk.node(path), let entry = disk.entry(path) else {
                throw SimulatedDisk.error(.removeDirectory, path, .notFound)
            }
            if disk.nodes[number]?.entries.isEmpty == false {
                throw SimulatedDisk.error(.removeDirectory, path, .other(code: Self.notEmpty))
            }
            disk.remove(entry)
        }
    }

    package func syncDirectory(_ path: String) throws(FileError) {
        try change(.syncDirectory, path) { disk throws(FileError) in
            guard let number = disk.node(path), disk.nodes[number]?.isDirectory == true else {
                throw SimulatedDisk.error(.syncDirectory, path, .notFound)
            }
            disk.syncDirectory(number)
        }
    }

    package func lock(_ path: String, owner: String) throws(FileError) -> any FileLock {
        let file = try open(path, .create)
        try disk.withLock { disk throws(FileError) in
            if let fault = try disk.fault(.lock, path) { throw fault }
            if let holder = disk.locks[path] { throw .locked(path, owner: holder) }
            disk.locks[path] = owner
        }
        let lock = SimulatedLock(self, path)
        try file.truncate(to: 0)
        let text = ByteBuffer()
        text.append(owner)
        try file.append(text.bytes)
        return lock
    }

    package func freeSpace(_ path: String) throws(FileError) -> Int64 {
        try disk.withLock { disk throws(FileError) in
            if disk.node(path) == nil { throw SimulatedDisk.error(.status, path, .notFound) }
            return disk.room
        }
    }

    package func totalSpace(_ path: String) throws(FileError) -> Int64 {
        try disk.withLock { disk throws(FileError) in
            if disk.node(path) == nil { throw SimulatedDisk.error(.status, path, .notFound) }
            return disk.capacity ?? 1 << 40
        }
    }

    /// A change of directories; at the moment of a crash it may still happen.
    private func change(
        _ operation: Operation, _ path: String, _ body: (inout SimulatedDisk) throws(FileError) -> Void
    ) throws(FileError) {
        try disk.withLock { disk throws(FileError) in
            let fault = try disk.fault(operation, path)
            if fault == nil || disk.hasCrashed && disk.random.chance(0.5) { try body(&disk) }
            if let fault { throw fault }
        }
    }

    // The system's error numbers.
    private static let isADirectory: Int32 = 21
    private static let notEmpty: Int32 = 39
}
