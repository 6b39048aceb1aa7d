import Model
import Synchronization

/// A view of the head as of one commit.
final class HeadSnapshot: Sendable {
    private let head: Head
    private let live: LiveSnapshots
    let commit: UInt64
    let names: SeriesIndexSnapshot

    init(_ head: Head, _ live: LiveSnapshots) {
        self.head = head
        self.live = live
        (commit, names) = head.stateLock.withLock { _ in
            live.add(head.committed)
            return (head.committed, head.index.snapshot())
        }
    }

    var changes: ChangeTimes { head.changes }

    deinit { live.remove(commit) }

    /// - Parameter otherRows: rows that blocks may add to each series.
    func select(_ request: SelectRequest, otherRows: Int) throws(SelectError) -> HeadSelection {
        let references = names.select(request.matchers).map(\.rawValue)
        if let most = request.mostSeries, references.count > most { throw .tooManySeries }
        try request.take(bytes: references.count * HeadPlan.bytesPerSeries)
        let plan = HeadPlan(head, references, request, commit: commit)
        try request.take(bytes: plan.bytesOfPieces)
        return HeadSelection(plan, names, self, otherRows: otherRows, room: request.takesBytes)
    }

    /// As many as the rarest label has that a matcher names.
    func mostSeries(_ request: SelectRequest) -> Int? { names.mostSeries(request.matchers) }

    /// The series that match, each once, in no order.
    func series(_ request: LabelRequest) -> [SeriesReference] {
        filter(request).map { matching(request, $0) } ?? []
    }

    /// The first of these series in the order of their labels, as many as are asked for and there is room for.
    func first(
        of references: [SeriesReference], _ request: LabelRequest, _ room: inout LabelRoom
    ) -> [Labels] {
        var found: [Labels] = []
        for reference in names.sorted(references).prefix(request.limit ?? .max) {
            let labels = names.index.labels(of: reference)
            if !room.take(labels) { break }
            found.append(labels)
        }
        return found
    }

    /// Calls `body` with the label names of the series that match.
    func forEachLabelName(_ request: LabelRequest, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard let filter = filter(request) else { return }
        if request.matchers.isEmpty {
            names.forEachLabelName(where: filter, body)
        } else {
            names.forEachLabelName(of: matching(request, filter), body)
        }
    }

    /// Calls `body` with the values of a label of the series that match.
    func forEachValue(of name: String, _ request: LabelRequest, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard let filter = filter(request) else { return }
        if request.matchers.isEmpty {
            names.forEachValue(of: name, where: filter, body)
        } else {
            names.forEachValue(of: name, in: matching(request, filter), body)
        }
    }

    /// Series of any of the matcher lists that may have samples in the range.
    private func matching(_ request: LabelRequest, _ filter: RangeFilter) -> [SeriesReference] {
        let found: [SeriesReference]
        if request.matchers.isEmpty {
            found = names.select([])
        } else if request.matchers.count == 1 {
            found = names.select(request.matchers[0])
        } else {
            found = Array(Set(request.matchers.flatMap { names.select($0) }))
        }
        return filter.filter(found)
    }

    /// What tells whether a series may have samples in the range; nil where the head is altogether newer or older.
    private func filter(_ request: LabelRequest) -> RangeFilter? {
        let filter = RangeFilter(head, limit: names.limit, from: request.start, to: request.end)
        return filter.isAnyWanted() ? filter : nil
    }
}
