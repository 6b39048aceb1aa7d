import Journal
import Platform
import Synchronization
import Telemetry

/// Up to where a window is in its file of groups.
struct FlushPoint {
    /// All of the window before it is in the file, once `commit` is.
    var position: LogPosition
    /// The last commit before it.
    var commit: UInt64
}

extension Database {
    /// Makes blocks of windows that ended long enough ago. With the seal lock held.
    /// - Parameter quiet: how long nothing must have come for a window, in milliseconds.
    func flush(now: Int64, quiet: Int64) throws {
        let windows = commitLock.withLock { _ in
            flusher.quietWindows(now: now, delay: options.flushDelay, quiet: quiet)
        }
        try flush(windows, now: now)
    }

    /// Makes blocks of windows for which samples still come when memory is short, now and then: what comes later makes
    /// blocks of its own. With the seal lock held.
    func flushForMemory(now: Int64) throws {
        if !flusher.mayFlushForMemory(now) { return }
        let windows = commitLock.withLock { _ in
            flusher.quietWindows(now: now, delay: options.flushDelay, quiet: 0)
        }
        if windows.isEmpty || !options.isMemoryShort() { return }
        flusher.flushedForMemory = now
        logger.warn(
            "Memory is short: windows become blocks although samples still come for them",
            ["windows": "\(windows.count)"])
        try flush(windows, now: now)
    }

    private func flush(_ windows: [Int64], now: Int64) throws {
        for window in windows {
            let point = try prepareFlush(window)
            if try !flush(window, upTo: point, now: now) { commitLock.withLock { _ in flusher.keepQuiet(window) } }
        }
    }

    /// Seals what is in memory of a window, as far as no query needs it there.
    func prepareFlush(_ window: Int64) throws -> FlushPoint? {
        let point = try commitLock.withLock { log in
            head.stateLock.withLock { _ in head.cutGroups(ofWindow: window) }
            if head.late.windows.contains(window) { try sealer.sealLate() }
            return log.map { FlushPoint(position: $0.journal.position, commit: head.committed) }
        }
        try seal()
        return point
    }

    /// Makes a block of one window; false when some of it is still needed in memory.
    func flush(_ window: Int64, upTo point: FlushPoint?, now: Int64) throws -> Bool {
        let isSealed = commitLock.withLock { _ in
            point.map { !head.hasFrozenGroups(ofWindow: window, upTo: $0.commit) } ?? false
        }
        guard isSealed, let point else { return false }
        guard let file = head.windows[window] else { return true }
        // The block says what of the journal it stands for; the journal must reach there after any crash.
        try sync(upTo: nil)
        let start = clock.monotonicNanoseconds()
        let block = try flusher.write(window, position: point.position, now: now)
        if let block { blocks.replace([], by: block) }
        commitLock.withLock { _ in
            head.stateLock.withLock { _ in flusher.forget(window) }
        }
        try Flusher.remove(directory.files, headDirectory: Recovery.headDirectory(directory.path), file.name)
        guard let block else { return true }
        let seconds = Double(clock.monotonicNanoseconds() - start) / 1e9
        metrics.flushSeconds.observe(seconds)
        logger.info(
            "Wrote a block",
            [
                "block": block.meta.name.description, "series": "\(block.meta.series)",
                "samples": "\(block.meta.samples)", "bytes": "\(block.size)", "seconds": "\(seconds)",
            ])
        return true
    }
}

extension Head {
    /// Ends the groups of a window that take samples.
    func cutGroups(ofWindow window: Int64) {
        for timeline in timelines {
            endGroups(of: timeline) { $0.window == window }
        }
    }

    /// True when a group that began in a commit or before it is not sealed although it was cut.
    func hasFrozenGroups(ofWindow window: Int64, upTo commit: UInt64) -> Bool {
        timelines.contains { timeline in
            timeline.frozen.contains { $0.window == window && $0.commit(ofRow: 0) <= commit }
        }
    }
}
