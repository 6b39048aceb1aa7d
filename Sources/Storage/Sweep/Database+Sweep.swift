import Journal
import Synchronization
import Telemetry

extension Database {
    /// Lets series go that have had no sample for long, when they are many: the index is copied without them and the
    /// register written anew. With the seal lock held.
    ///
    /// Names that go are those of series of which neither memory nor a group file holds a sample; what blocks have of
    /// them has its own labels. A reference is never given out again, so what the journal still names is nobody's.
    func sweep(now: Int64) {
        guard let floor = sweeper.floor(now: now) else { return }
        let bound = head.stateLock.withLock { _ in head.index.count }
        do {
            let leaving = findLeaving(bound: bound, floor: floor)
            if let leaving, try !remove(leaving, bound: bound, floor: floor) {
                return sweeper.postpone(now: now)
            }
            sweeper.finish(now: now, references: bound)
        } catch {
            sweeper.postpone(now: now)
            logger.error("Cannot let series go that have no samples; they stay in memory", ["error": "\(error)"])
        }
    }

    /// Writes the register anew with all names that are known, for what of it cannot be read.
    func rewriteRegister() throws {
        try sealLock.withLock { _ in
            let bound = head.stateLock.withLock { _ in head.index.count }
            _ = try remove(Bitmap(bound: bound), bound: bound, floor: .min)
        }
    }

    private func findLeaving(bound: Int, floor: Int64) -> Bitmap? {
        let named = Bitmap(bound: bound)
        head.insertSealed(into: named, bound: bound)
        return commitLock.withLock { _ in
            head.stateLock.withLock { _ in
                head.growStates()
                head.insertUnsealed(into: named, bound: bound)
                return sweeper.leaving(head, named: named, bound: bound, floor: floor)
            }
        }
    }

    /// False when a series that was to leave has got a sample meanwhile.
    private func remove(_ leaving: Bitmap, bound: Int, floor: Int64) throws -> Bool {
        // Of the registers before this one the last but one has frames of the new one's kind: none may come back.
        try commitLock.withLock { log throws(LogError) in try log?.removeOldRegister() }
        try sync(upTo: nil)
        guard let rewrite = try commitLock.withLock({ log in try log?.beginRewrite() }) else { return true }
        let (index, timelines) = head.stateLock.withLock { _ in (head.index, head.timelines) }
        let before = index.seriesCount
        do {
            var copy = SeriesIndexCopy(of: index)
            try rewrite.write(&copy, below: index.count, leaving: leaving, timelines)
            if try !take(rewrite, &copy, leaving: leaving, floor: floor) {
                rewrite.log.abandon()
                return false
            }
        } catch {
            rewrite.log.abandon()
            throw error
        }
        let left = head.index.seriesCount
        metrics.seriesRemoved.add(before - left)
        logger.info("Series without samples have left", ["series": "\(before - left)", "left": "\(left)"])
        // Only when the new register is durable may the old one go.
        try sync(upTo: nil)
        try commitLock.withLock { log throws(LogError) in try log?.removeOldRegister() }
        return true
    }

    /// Puts the new index and the new register in their places.
    private func take(
        _ rewrite: RegisterRewrite, _ copy: inout SeriesIndexCopy, leaving: Bitmap, floor: Int64
    ) throws -> Bool {
        // No sync of the old register may be under way.
        try syncLock.withLock { _ in
            try commitLock.withLock { log in
                let (end, timelines, hasReturned) = head.stateLock.withLock { _ in
                    let named = Bitmap(bound: leaving.bound)
                    head.insertUnsealed(into: named, bound: leaving.bound)
                    return (head.index.count, head.timelines, named.intersects(leaving))
                }
                guard let log, !hasReturned else { return false }
                try rewrite.write(&copy, below: end, leaving: leaving, timelines)
                try head.stateLock.withLock { _ in
                    // Series that were made since have no samples: the next commit brings their names.
                    try copy.add(below: head.index.count, leaving: leaving)
                    try log.take(rewrite)
                    head.adopt(copy.index, leaving: leaving, floor: floor)
                }
                return true
            }
        }
    }
}
