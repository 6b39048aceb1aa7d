import Journal
import Model
import Platform
import Synchronization
import Telemetry

extension Database {
    /// How long a deletion waits for queries that need the head's rows in memory.
    private static let patience: UInt64 = 10_000_000_000

    /// Deletes the samples of all series that match any of the matcher lists in a range of milliseconds, inclusive.
    /// When it returns they are invisible, for good; samples that come later are not touched. After an error some of
    /// them may be deleted.
    ///
    /// What the head has in the range becomes blocks first, so that only blocks have deletions.
    package func delete(_ matchers: [[LabelMatcher]], start: Int64, end: Int64, now: Int64) throws(StorageError) {
        if !isReady { throw StorageError("the store is not ready") }
        if start > end { return }
        // Whoever began to read before may have missed some of it.
        defer { head.changes.noteRemoval() }
        do {
            try sealLock.withLock { _ in
                if headHas(matchers, from: start, to: end) { try flushNow(from: start, to: end, now: now) }
                try compactionLock.withLock { _ in
                    for block in blocks.overlapping(start, end) {
                        var numbers: Set<UInt32> = []
                        for list in matchers { numbers.formUnion(try block.select(list)) }
                        if !numbers.isEmpty { try block.delete(numbers, start...end, directory.files) }
                    }
                }
            }
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError("cannot delete: \(error)")
        }
    }

    /// Removes deleted samples from the disk.
    package func cleanTombstones(now: Int64) throws(StorageError) {
        if !isReady { throw StorageError("the store is not ready") }
        let left = compactionLock.withLock { _ in
            for block in blocks.all where !block.deletions.isEmpty { compact([block], now: now) }
            return blocks.all.filter { !$0.deletions.isEmpty }.map(\.meta.name.description)
        }
        if left.isEmpty { return }
        throw StorageError("blocks could not be written without what is deleted, see the log: \(left)")
    }

    /// True when the head may have samples of the range that match; it then has to become blocks.
    private func headHas(_ matchers: [[LabelMatcher]], from start: Int64, to end: Int64) -> Bool {
        !HeadSnapshot(head, live).series(LabelRequest(matchers: matchers, start: start, end: end)).isEmpty
    }

    /// Makes blocks of all windows that overlap a range, finished or not. With the seal lock held.
    private func flushNow(from start: Int64, to end: Int64, now: Int64) throws {
        let deadline = clock.monotonicNanoseconds() + Self.patience
        let pause = Monitor(false)
        var windows = Set(commitLock.withLock { _ in flusher.activity() }.keys).filter {
            $0 <= end && $0 + HeadSettings.window > start
        }
        while true {
            for window in windows {
                let point = try prepareFlush(window)
                if try flush(window, upTo: point, now: now) { windows.remove(window) }
            }
            if windows.isEmpty { return }
            if clock.monotonicNanoseconds() >= deadline {
                throw StorageError("cannot delete: a query is still reading what is to be deleted; try again")
            }
            _ = pause.wait(until: clock.monotonicNanoseconds() + 5_000_000) { $0 ? true : nil }
        }
    }
}
