import Journal
import Model
import Platform
import Telemetry

/// Turns the sealed groups of finished windows into blocks. One thread at a time.
final class Flusher: @unchecked Sendable {
    // Sendable: used with the database's seal lock held.
    private let files: any FileSystem
    private let headDirectory: String
    private let head: Head
    private let blocks: BlockSet
    private let logger: Logger
    /// Per window the size of its file and since when it has had that.
    private var sizes: [Int64: (size: Int, since: Int64)] = [:]
    private var random: UInt64

    init(_ files: any FileSystem, directory: String, _ head: Head, _ blocks: BlockSet, seed: UInt64, _ logger: Logger) {
        self.files = files
        headDirectory = Recovery.headDirectory(directory)
        self.head = head
        self.blocks = blocks
        self.logger = logger
        random = seed
    }

    /// Windows that ended `delay` ago; oldest first. With the commit lock held.
    func finishedWindows(now: Int64, delay: Int64) -> [Int64] {
        windows().filter { now - HeadSettings.window - delay >= $0 }.sorted()
    }

    /// All windows of which the head has something. With the commit lock held.
    func windows() -> Set<Int64> {
        var windows = Set(head.windows.keys)
        for timeline in head.timelines {
            if let open = timeline.open { windows.insert(open.window) }
            for group in timeline.frozen { windows.insert(group.window) }
        }
        windows.formUnion(head.late.windows)
        return windows
    }

    /// True when the window's file has not grown for a time.
    func isQuiet(_ window: Int64, now: Int64, for time: Int64) -> Bool {
        guard let size = head.windows[window]?.size else { return false }
        if sizes[window]?.size != size { sizes[window] = (size, now) }
        return now - (sizes[window]?.since ?? now) >= time
    }

    /// Writes the block of what the file of a window holds.
    /// - Parameter position: the journal from here on may hold samples of the window that the file lacks.
    /// - Returns: nil when there was no sample that has a name.
    func write(_ window: Int64, position: LogPosition, now: Int64) throws -> BlockReader? {
        guard let file = head.windows[window] else { return nil }
        let name = makeName(now)
        let mapping = try file.makeMapping()
        let input = FlushInput(mapping.bytes, head)
        for damage in input.damages {
            logger.error(
                "Damaged row groups are left out of a block",
                ["file": file.file.path, "offset": "\(damage.offset)", "bytes": "\(damage.length)"])
        }
        if input.labels.isEmpty { return nil }
        var assembler = BlockAssembler(input.labels, try input.timelines())
        var writer = try BlockWriter(files, root: blocks.root, name: name)
        do {
            try assembler.write(to: &writer)
            let replaced = BlockMeta.Replaced(
                directory: file.name, window: window, size: mapping.bytes.count, position: position)
            let meta = BlockMeta(
                name: name, start: window, end: window + HeadSettings.window, firstTime: 0, lastTime: 0,
                sources: [name], replaced: [replaced])
            return try withExtendedLifetime(mapping) {
                try BlockReader(files, directory: try writer.finish(meta))
            }
        } catch {
            writer.abandon()
            throw error
        }
    }

    /// Forgets the window's sealed groups; with the commit lock and the state lock held, when the block can be read.
    func forget(_ window: Int64) {
        for timeline in head.timelines { timeline.sealed.removeAll { $0.window == window } }
        for (reference, places) in head.sealedLate {
            let left = places.filter { $0.window != window }
            if left.count < places.count { head.sealedLate[reference] = left.isEmpty ? nil : left }
        }
        head.windows[window] = nil
        head.windowGenerations[window, default: 0] += 1
        sizes[window] = nil
    }

    /// Removes the directory of a window's groups.
    static func remove(_ files: any FileSystem, headDirectory: String, _ name: String) throws(FileError) {
        let path = "\(headDirectory)/\(name)"
        guard try files.status(path) != nil else { return }
        for entry in try files.list(path) { try files.remove("\(path)/\(entry)") }
        try files.removeDirectory(path)
        try files.syncDirectory(headDirectory)
    }

    private func makeName(_ now: Int64) -> BlockName {
        while true {
            random = StableHash.combine(random, UInt64(bitPattern: now))
            let name = BlockName(milliseconds: now, random: (random, StableHash.combine(random, 1)))
            // Only a clock that went back, and a seed that came again, make a name twice.
            if !blocks.all.contains(where: { $0.meta.name == name }) { return name }
        }
    }
}
