import Journal
import Platform
import Synchronization
import Telemetry

extension Database {
    /// Removes blocks that are too old or too many, then merges what is to be merged. Any thread; one at a time.
    func compact(now: Int64) {
        compactionLock.withLock { _ in
            do throws(FileError) { try retain() } catch {
                logger.error("Cannot remove old blocks", ["error": error.description])
            }
            while !compactor.isStopping, let readers = compactor.next(longest: options.retention / 10) {
                compact(readers, now: now)
            }
        }
    }

    /// Makes one block of some. With the compaction lock held.
    func compact(_ readers: [BlockReader], now: Int64) {
        let start = clock.monotonicNanoseconds()
        let names = readers.map(\.meta.name)
        do {
            let oldest = commitLock.withLock { $0?.journal.segments.first?.number ?? 0 }
            let block = try compactor.write(readers, now: now, oldestSegment: oldest)
            // Nothing is left, but the journal still has what they stand for: it must not come back.
            if block == nil, readers.flatMap(\.meta.replaced).contains(where: { $0.position.segment >= oldest }) {
                return compactor.giveUp(readers)
            }
            let pause = clock.monotonicNanoseconds()
            blocks.replace(names, by: block)
            metrics.compactionPauses.observe(Double(clock.monotonicNanoseconds() - pause) / 1e9)
            for reader in readers { try BlockWriter.remove(directory.files, reader.directory) }
            try directory.files.syncDirectory(blocks.root)
            metrics.compactions.add()
        } catch is CompactionStopped {
            return
        } catch {
            compactor.giveUp(readers)
            metrics.compactionsFailed.add()
            logger.error(
                "Cannot merge blocks; they stay as they are",
                ["blocks": names.map(\.description).joined(separator: ","), "error": "\(error)"])
        }
        metrics.compactionSeconds.observe(Double(clock.monotonicNanoseconds() - start) / 1e9)
    }

    private func retain() throws(FileError) {
        let expired = RetentionPlan.expired(blocks.all.map(\.meta), retention: options.retention)
        try remove(expired)
        metrics.timeRetentions.add(expired.count)
        guard options.retentionBytes > 0 else { return }
        let figures = figures
        let excess = RetentionPlan.excess(
            blocks.all.map { ($0.meta, $0.size) },
            used: figures.journalBytes + figures.registerBytes + figures.groupBytes, limit: options.retentionBytes)
        try remove(excess)
        metrics.sizeRetentions.add(excess.count)
    }

    private func remove(_ names: [BlockName]) throws(FileError) {
        if names.isEmpty { return }
        let readers = blocks.all.filter { names.contains($0.meta.name) }
        blocks.replace(names, by: nil)
        for reader in readers { try BlockWriter.remove(directory.files, reader.directory) }
        try directory.files.syncDirectory(blocks.root)
    }
}
