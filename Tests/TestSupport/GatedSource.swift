import Model
import Platform

/// A source that lets queries in only while it is open, so that tests can hold them.
package final class GatedSource: SeriesSource {
    private struct State {
        var isOpen = true
        var waiting = 0
    }

    private let source: any SeriesSource
    private let state = Monitor(State())

    package init(_ source: any SeriesSource) { self.source = source }

    package func close() { state.withLock { $0.isOpen = false } }

    package func open() {
        state.withLock { $0.isOpen = true }
        state.notifyAll()
    }

    /// Returns when so many queries wait before the gate; false when they do not come within ten seconds.
    package func waitFor(_ count: Int) -> Bool {
        let deadline = SystemTime().monotonicNanoseconds() + 10_000_000_000
        return state.wait(until: deadline) { $0.waiting >= count ? true : nil } ?? false
    }

    package func snapshot() throws(SelectError) -> any SeriesSnapshot {
        state.withLock { $0.waiting += 1 }
        state.notifyAll()
        state.wait { $0.isOpen ? () : nil }
        state.withLock { $0.waiting -= 1 }
        return try source.snapshot()
    }
}
