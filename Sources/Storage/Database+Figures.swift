import Journal
import Synchronization

extension Database {
    package var figures: DatabaseFigures {
        var figures = DatabaseFigures()
        // While the journal is replayed the head belongs to that.
        if !isReady { return figures }
        for block in blocks.all {
            figures.blocks += 1
            figures.blockBytes += block.size
            figures.blockSamples += block.meta.samples
            figures.oldestBlockTime = min(figures.oldestBlockTime ?? .max, block.meta.firstTime)
            figures.newestBlockTime = max(figures.newestBlockTime ?? .min, block.meta.lastTime)
        }
        commitLock.withLock { log in
            figures.journalBytes = log?.journal.totalBytes ?? 0
            figures.registerBytes = log?.register.totalBytes ?? 0
        }
        head.stateLock.withLock { _ in
            figures.series = head.index.seriesCount
            figures.groupBytes = head.windows.values.reduce(0) { $0 + $1.size }
            for timeline in head.timelines where timeline !== head.nobody {
                figures.timelines += 1
                figures.openGroups += timeline.groupsInMemory.count
                figures.sealedGroups += timeline.sealed.count
                guard let first = timeline.firstTime else { continue }
                figures.oldestTime = min(figures.oldestTime ?? first, first)
                figures.newestTime = max(figures.newestTime ?? timeline.committedTime, timeline.committedTime)
            }
            // Late samples are older than others of their series.
            let late = head.sealedLate.values.flatMap { $0.map(\.firstTime) } + [head.late.oldestTime].compactMap { $0 }
            if let first = late.min() { figures.oldestTime = min(figures.oldestTime ?? first, first) }
        }
        for block in blocks.all {
            figures.oldestTime = min(figures.oldestTime ?? block.meta.firstTime, block.meta.firstTime)
            figures.newestTime = max(figures.newestTime ?? block.meta.lastTime, block.meta.lastTime)
        }
        return figures
    }
}
