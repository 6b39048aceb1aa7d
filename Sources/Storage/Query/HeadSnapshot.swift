import Model
import Synchronization

/// A view of the head as of one commit.
final class HeadSnapshot: Sendable {
    private let head: Head
    private let live: LiveSnapshots
    private let commit: UInt64
    private let names: SeriesIndexSnapshot

    init(_ head: Head, _ live: LiveSnapshots) {
        self.head = head
        self.live = live
        commit = head.stateLock.withLock { _ in
            live.add(head.committed)
            return head.committed
        }
        names = head.index.snapshot()
    }

    deinit { live.remove(commit) }

    /// - Parameter otherRows: rows that blocks may add to each series.
    func select(_ request: SelectRequest, otherRows: Int) -> HeadSelection {
        let references = names.select(request.matchers).map(\.rawValue)
        let plan = HeadPlan(head, references, request, commit: commit)
        return HeadSelection(plan, names, self, otherRows: otherRows)
    }

    func series(_ request: LabelRequest) throws(SelectError) -> [Labels] {
        let sorted = matching(request).map { names.index.labels(of: $0) }.sorted()
        return limited(sorted, request)
    }

    func labelNames(_ request: LabelRequest) throws(SelectError) -> [String] {
        limited(names.labelNames(of: isEverything(request) ? nil : matching(request)), request)
    }

    func labelValues(_ name: String, _ request: LabelRequest) throws(SelectError) -> [String] {
        limited(names.labelValues(name, of: isEverything(request) ? nil : matching(request)), request)
    }

    private func isEverything(_ request: LabelRequest) -> Bool {
        request.matchers.isEmpty && request.start == .min && request.end == .max
    }

    /// Series of any of the matcher lists that may have samples in the range, ascending.
    private func matching(_ request: LabelRequest) -> [SeriesReference] {
        var found: [SeriesReference]
        if request.matchers.isEmpty {
            found = names.select([])
        } else if request.matchers.count == 1 {
            found = names.select(request.matchers[0])
        } else {
            found = Set(request.matchers.flatMap { names.select($0) }).sorted()
        }
        head.stateLock.withLock { _ in
            found.removeAll { !head.mayHaveSamples($0.rawValue, from: request.start, to: request.end) }
        }
        return found
    }

    private func limited<Element>(_ all: [Element], _ request: LabelRequest) -> [Element] {
        guard let limit = request.limit, limit < all.count else { return all }
        return Array(all.prefix(limit))
    }
}
