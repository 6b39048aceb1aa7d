import Model
import Platform

/// Measures what each node of a plan costs while the plan is evaluated. Time counts for the node that computes, not for
/// those that wait for it. Used by the query's thread.
final class PlanProfile {
    struct Cost {
        var nanoseconds: UInt64 = 0
        /// Read from storage.
        var samples = 0
        var series = 0
        var points = 0
        var bytes = 0
    }

    private(set) var costs: [Int: Cost] = [:]
    private let clock: any TimeSource
    /// Identities of the nodes that are at work, the one that computes last.
    private var stack: [Int] = []
    private var settledAt: UInt64
    private var settledSamples = 0

    init(clock: any TimeSource) {
        self.clock = clock
        settledAt = clock.monotonicNanoseconds()
    }

    /// `samples`: what the query has read from storage so far.
    func enter(_ node: PlanNode, samples: Int) {
        settle(samples)
        stack.append(node.identity)
    }

    /// The node that asked for the series of the present one computes with them.
    func enterCaller(samples: Int) {
        settle(samples)
        stack.append(stack.dropLast().last ?? stack.last ?? 0)
    }

    func leave(samples: Int) {
        settle(samples)
        stack.removeLast()
    }

    /// A series of the node's result.
    func add(_ node: PlanNode, _ row: UnsafePointer<Double>) {
        var points = 0
        for step in 0..<node.grid.count where !row[step].isAbsent { points += 1 }
        costs[node.identity, default: Cost()].series += points > 0 ? 1 : 0
        costs[node.identity, default: Cost()].points += points
    }

    func add(_ node: PlanNode, _ columns: SeriesColumns) {
        columns.forEachRow { _, row in add(node, row) }
        add(bytes: columns.values.count * 8, to: node)
    }

    func add(_ node: PlanNode, scalar values: [Double]) {
        costs[node.identity, default: Cost()].points += values.count
        add(bytes: values.count * 8, to: node)
    }

    func add(_ node: PlanNode, _ series: [MatrixSeries]) {
        costs[node.identity, default: Cost()].series += series.count
        let points = series.reduce(0) { $0 + $1.times.count }
        costs[node.identity, default: Cost()].points += points
        add(bytes: points * 16, to: node)
    }

    /// Memory that the node at work takes.
    func add(bytes: Int) {
        if let top = stack.last { costs[top, default: Cost()].bytes += bytes }
    }

    private func add(bytes: Int, to node: PlanNode) { costs[node.identity, default: Cost()].bytes += bytes }

    private func settle(_ samples: Int) {
        let now = clock.monotonicNanoseconds()
        if let top = stack.last {
            costs[top, default: Cost()].nanoseconds += now &- settledAt
            costs[top, default: Cost()].samples += samples - settledSamples
        }
        settledAt = now
        settledSamples = samples
    }
}
