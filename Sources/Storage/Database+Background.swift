import Journal
import Platform
import Synchronization
import Telemetry

extension Database {
    private static let maintenanceInterval: Int64 = 1000
    private static let compactionInterval: Int64 = 10_000

    /// Starts the threads that sync the journal and seal groups. Without it everything happens in `tick`.
    package func start() {
        do throws(ThreadError) {
            if case .interval(let milliseconds) = options.sync {
                try background.run(name: "journal-sync", every: milliseconds, clock: clock) { [weak self] in
                    self?.syncAll()
                }
            }
            try background.run(name: "seal", every: Self.maintenanceInterval, clock: clock) { [weak self] in
                self.map { $0.maintain(now: $0.clock.wallMilliseconds()) }
            }
            try background.run(
                name: "compact", every: Self.compactionInterval, priority: .low, clock: clock
            ) { [weak self] in
                self.map { $0.compact(now: $0.clock.wallMilliseconds()) }
            }
        } catch {
            logger.error("Cannot start a thread of the store", ["error": error.description])
        }
    }

    /// Does the work that is due: sync, sealing, removal of journal segments. `now` in milliseconds.
    package func tick(now: Int64) {
        if !isReady { return }
        if case .interval = options.sync { syncAll() }
        maintain(now: now)
        compact(now: now)
    }

    /// Syncs both logs; a failure has been noted by the log, which takes no more commits.
    private func syncAll() {
        do throws(LogError) { try sync(upTo: nil) } catch { ingestion.fail(error) }
    }

    /// Makes everything up to a place in the journal durable, register first; everything there is for nil.
    func sync(upTo position: LogPosition?) throws(LogError) {
        try syncLock.withLock { _ throws(LogError) in
            let pending = try commitLock.withLock { log throws(LogError) -> (PendingSync?, PendingSync?) in
                guard let log else { return (nil, nil) }
                if let failure = log.journal.failure ?? log.register.failure { throw .broken(failure) }
                if let position, log.journal.syncedPosition >= position { return (nil, nil) }
                return (try log.register.pendingSync(), try log.journal.pendingSync())
            }
            if pending.0 == nil && pending.1 == nil { return }
            let start = clock.monotonicNanoseconds()
            let registerError = pending.0?.perform()
            let journalError = registerError == nil ? pending.1?.perform() : registerError
            if registerError != nil || journalError != nil { syncFailureMark.set() }
            metrics.walSyncSeconds.observe(Double(clock.monotonicNanoseconds() - start) / 1e9)
            try commitLock.withLock { log throws(LogError) in
                if let register = pending.0 { try log?.register.finish(register, registerError) }
                if let journal = pending.1 { try log?.journal.finish(journal, journalError) }
            }
        }
    }

    /// Seals what is frozen, makes blocks of what is finished, and lets journal segments go.
    private func maintain(now: Int64) {
        sealLock.withLock { _ in
            do {
                cutForJournal()
                try seal()
                try flush(now: now, quiet: options.flushQuiet)
                try flushForMemory(now: now)
                try removeSegments()
            } catch {
                metrics.sealFailures.add()
                logger.error("Cannot write row groups; they stay in memory and journal", ["error": "\(error)"])
            }
            sealer.giveMemoryBack()
            sweep(now: now)
        }
    }

    func seal() throws(FileError) {
        metrics.groupsSealed.add(try sealer.seal(commit: { body in commitLock.withLock { _ in body() } }))
    }

    /// When the journal has grown over its limit, ends the groups that hold its older half.
    private func cutForJournal() {
        commitLock.withLock { log in
            guard let log, log.journal.totalBytes > options.journalLimit else { return }
            var size = log.journal.totalBytes
            var last = 0
            for segment in log.journal.segments where size > options.journalLimit / 2 {
                size -= segment.size
                last = segment.number
            }
            head.stateLock.withLock { _ in head.cutGroups(upToSegment: last) }
            guard let late = head.late.segment, late <= last else { return }
            do throws(FileError) { try sealer.sealLate() } catch {
                metrics.sealFailures.add()
                logger.error("Cannot write late samples; they stay in memory and journal", ["error": "\(error)"])
            }
        }
    }

    /// Removes journal segments of which every group is sealed, after the group files are durable.
    private func removeSegments() throws {
        let needed = commitLock.withLock { log -> Int? in
            guard let log, let oldest = log.journal.segments.first?.number else { return nil }
            let needed = head.oldestSegment ?? log.journal.position.segment
            return needed > oldest ? needed : nil
        }
        guard let needed else { return }
        try sync(upTo: nil)
        do throws(FileError) { try sealer.sync() } catch {
            syncFailureMark.set()
            throw error
        }
        try commitLock.withLock { log throws(LogError) in try log?.journal.removeSegments(below: needed) }
    }

    /// Cuts and seals all open groups, syncs, releases the lock. Nothing is accepted afterwards.
    package func close() throws(StorageError) {
        let wasReady = lifecycle.withLock { state in
            defer { state.phase = .closed }
            return state.phase == .ready
        }
        compactor.stop()
        background.stop()
        if !wasReady { return }
        defer {
            commitLock.withLock { $0 = nil }
            lifecycle.withLock { $0.lock = nil }
        }
        do {
            try sealLock.withLock { _ in
                try commitLock.withLock { _ in
                    head.stateLock.withLock { _ in head.cutGroups(upToSegment: .max) }
                    try sealer.sealLate()
                }
                try seal()
                try sync(upTo: nil)
                try commitLock.withLock { log in try log?.journal.roll() }
                try removeSegments()
                try sync(upTo: nil)
            }
        } catch {
            throw StorageError("the store was not closed cleanly, the journal will be replayed: \(error)")
        }
    }
}
