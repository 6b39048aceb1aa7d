import Journal
import Platform
import Synchronization
import Telemetry

extension Database {
    /// Makes blocks of windows that ended long enough ago. With the seal lock held.
    func flush(now: Int64) throws {
        let windows = commitLock.withLock { _ in flusher.finishedWindows(now: now, delay: options.flushDelay) }
        for window in windows {
            try commitLock.withLock { _ in
                head.stateLock.withLock { _ in head.cutGroups(ofWindow: window) }
                if head.late.windows.contains(window) { try sealer.sealLate() }
            }
            try seal()
            if flusher.isQuiet(window, now: now, for: options.flushQuiet) { try flush(window, now: now) }
        }
    }

    /// Makes a block of one window, unless some of it is still needed in memory.
    private func flush(_ window: Int64, now: Int64) throws {
        let position = commitLock.withLock { log -> LogPosition? in
            let isInMemory = head.late.windows.contains(window)
            if isInMemory || head.hasGroupsInMemory(ofWindow: window) { return nil }
            return log?.journal.position
        }
        guard let position, let file = head.windows[window] else { return }
        // The block says what of the journal it stands for; the journal must reach there after any crash.
        try sync(upTo: nil)
        let start = clock.monotonicNanoseconds()
        let block = try flusher.write(window, position: position, now: now)
        if let block { blocks.replace([], by: block) }
        commitLock.withLock { _ in
            head.stateLock.withLock { _ in flusher.forget(window) }
        }
        try Flusher.remove(directory.files, headDirectory: Recovery.headDirectory(directory.path), file.name)
        guard let block else { return }
        let seconds = Double(clock.monotonicNanoseconds() - start) / 1e9
        metrics.flushSeconds.observe(seconds)
        logger.info(
            "Wrote a block",
            [
                "block": block.meta.name.description, "series": "\(block.meta.series)",
                "samples": "\(block.meta.samples)", "bytes": "\(block.size)", "seconds": "\(seconds)",
            ])
    }
}

extension Head {
    /// Ends the open groups of a window.
    func cutGroups(ofWindow window: Int64) {
        for timeline in timelines {
            if let open = timeline.open, open.window == window, open.rows > 0 { cut(timeline) }
        }
    }

    func hasGroupsInMemory(ofWindow window: Int64) -> Bool {
        timelines.contains { timeline in
            timeline.open?.window == window || timeline.frozen.contains { $0.window == window }
        }
    }
}
