import Journal
import Model
import Synchronization
import Telemetry

extension Database {
    package func reference(for labels: Labels) throws(AppendError) -> SeriesReference {
        if let known = head.currentIndex.reference(of: labels) { return known }
        if !isReady { throw .notReady }
        if let violation = options.labelLimits.violation(by: labels) {
            metrics.labelsRefused.add()
            throw .labels(violation.textWithFlag)
        }
        return try head.stateLock.withLock { _ throws(AppendError) in
            if let known = head.index.reference(of: labels) { return known }
            if !budget.hasRoom(besides: head.index.seriesCount) {
                metrics.seriesRefused.add()
                throw .seriesLimit(budget.limit)
            }
            do throws(SeriesIndexError) {
                let made = try head.index.insert(labels)
                metrics.seriesCreated.add()
                return made
            } catch {
                metrics.labelsRefused.add()
                throw .labels(error.description)
            }
        }
    }

    /// A batch with more rows of a timeline than a group holds is committed in steps; when one of them fails, those
    /// before it stay, and sending the batch again adds what is missing.
    package func append(_ batch: AppendBatch, now: Int64) throws(AppendError) -> AppendOutcome {
        if !isReady { throw .notReady }
        var outcome = AppendOutcome()
        let position = try commitLock.withLock { log throws(AppendError) in
            guard let log else { throw AppendError.notReady }
            var place = BatchPosition()
            var isPlaced = false
            while !isPlaced {
                isPlaced = head.stateLock.withLock { _ in
                    head.place(batch, from: &place, now: now, outcome: &outcome)
                }
                try commit(log)
            }
            return log.journal.position
        }
        if options.sync == .always {
            do throws(LogError) { try sync(upTo: position) } catch {
                ingestion.fail(error)
                throw .storage(error.description)
            }
        }
        metrics.count(outcome)
        return outcome
    }

    /// Writes and publishes what is placed. With the commit lock held.
    private func commit(_ log: WriteAheadLog) throws(AppendError) {
        if head.pending.isEmpty { return }
        do throws(LogError) {
            let segment = try log.write(head)
            head.stateLock.withLock { _ in head.publish(segment: segment) }
            ingestion.succeed()
        } catch {
            head.stateLock.withLock { _ in head.rollBack() }
            metrics.walWritesFailed.add()
            ingestion.fail(error)
            throw .storage(error.description)
        }
    }

    package func liveSeries(of origin: Origin) -> [SeriesReference] {
        head.stateLock.withLock { _ in head.liveSeries(of: origin) }
    }
}
