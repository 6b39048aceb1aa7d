import Journal
import Platform
import Synchronization
import Telemetry

extension Database {
    /// Blocks are never made longer than this.
    private static let longestBlock: Int64 = 31 * 86_400_000

    /// Removes what is no longer kept, then merges what is to be merged. Any thread; one at a time.
    func compact(now: Int64) {
        raiseFloors()
        compactionLock.withLock { _ in
            do throws(FileError) { try retain() } catch {
                logger.error("Cannot remove old blocks", ["error": error.description])
            }
            let longest = min(options.longestRetention / 10, Self.longestBlock)
            while !compactor.isStopping, let readers = compactor.next(longest: longest) {
                if !compact(readers, now: now) { return }
            }
            trimBlocks(now: now)
        }
    }

    /// Makes one block of some; false when the disk has no room for it now. With the compaction lock held.
    @discardableResult func compact(_ readers: [BlockReader], now: Int64) -> Bool {
        let start = clock.monotonicNanoseconds()
        let names = readers.map(\.meta.name)
        do {
            try checkRoom(for: readers)
            let oldest = commitLock.withLock { log in measured { log?.journal.oldestThatMayReturn ?? 0 } }
            let floors = retention.withLock { $0.floors }
            let block = try compactor.write(readers, floors, now: now, oldestSegment: oldest)
            // Nothing is left, but the journal still has what they stand for: it must not come back.
            if block == nil, readers.flatMap(\.meta.replaced).contains(where: { $0.position.segment >= oldest }) {
                compactor.giveUp(readers)
                return true
            }
            measured { blocks.replace(names, by: block) }
            for reader in readers { try BlockWriter.remove(directory.files, reader.directory) }
            try directory.files.syncDirectory(blocks.root)
            metrics.compactions.add()
        } catch is CompactionStopped {
            return true
        } catch {
            let isFull = (error as? FileError)?.reason == .noSpace
            if !isFull { compactor.giveUp(readers) }
            metrics.compactionsFailed.add()
            logger.error(
                "Cannot merge blocks; they stay as they are",
                ["blocks": names.map(\.description).joined(separator: ","), "error": "\(error)"])
            if isFull { return false }
        }
        metrics.compactionSeconds.observe(Double(clock.monotonicNanoseconds() - start) / 1e9)
        return true
    }

    /// Leaves what is left of the disk to the journal rather than begin what cannot be finished.
    private func checkRoom(for readers: [BlockReader]) throws(FileError) {
        let needed = readers.reduce(0) { $0 + $1.size }
        if try directory.files.freeSpace(blocks.root) >= Int64(needed) { return }
        throw FileError(
            operation: "merge into", path: blocks.root, reason: .noSpace, detail: "\(needed) bytes are needed")
    }

    /// Does what others wait for, and says how long that took.
    private func measured<Result>(_ body: () -> Result) -> Result {
        let start = clock.monotonicNanoseconds()
        defer { metrics.compactionPauses.observe(Double(clock.monotonicNanoseconds() - start) / 1e9) }
        return body()
    }
}
