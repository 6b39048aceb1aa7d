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
    /// Per window its activity and since when it is the same.
    private var seen: [Int64: (activity: Int, since: Int64)] = [:]
    /// When windows were last flushed because memory was short.
    var flushedForMemory: Int64?
    /// Milliseconds between two such times: each makes blocks that have to be merged again.
    private static let memoryInterval: Int64 = 60_000
    private var random: UInt64

    init(_ files: any FileSystem, directory: String, _ head: Head, _ blocks: BlockSet, seed: UInt64, _ logger: Logger) {
        self.files = files
        headDirectory = Recovery.headDirectory(directory)
        self.head = head
        self.blocks = blocks
        self.logger = logger
        random = seed
    }

    /// Windows that ended `delay` ago and for which nothing has come for a time, oldest first. Called now and then,
    /// with the commit lock held.
    func quietWindows(now: Int64, delay: Int64, quiet: Int64) -> [Int64] {
        let activity = activity()
        seen = seen.filter { activity[$0.key] != nil }
        for (window, activity) in activity where seen[window]?.activity != activity {
            seen[window] = (activity, now)
        }
        return seen.filter { window, state in
            now - HeadSettings.window - delay >= window && now - state.since >= quiet
        }.keys.sorted()
    }

    /// False soon after the last time.
    func mayFlushForMemory(_ now: Int64) -> Bool {
        guard let last = flushedForMemory else { return true }
        // A clock that was set back must not put it off for ever.
        return now < last || now - last >= Self.memoryInterval
    }

    /// Takes what became of a window since then, other than by new samples, as nothing. With the commit lock held.
    func keepQuiet(_ window: Int64) {
        if let activity = activity()[window] { seen[window]?.activity = activity }
    }

    /// Per window of which the head has something a number that changes when something comes for it. With the commit
    /// lock held.
    func activity() -> [Int64: Int] {
        var activity = head.windows.mapValues(\.size)
        for timeline in head.timelines {
            for group in timeline.groupsInMemory { activity[group.window, default: 0] += group.entries + 1 }
        }
        for window in head.late.windows { activity[window, default: 0] += 1 }
        return activity
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
        seen[window] = nil
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
            if !blocks.isTaken(name) { return name }
        }
    }
}
