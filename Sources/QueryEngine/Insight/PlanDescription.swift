/// A node of a query's plan for people: what it does, what it should cost and what it did cost.
package struct PlanDescription: Sendable {
    /// What is known before anything runs. Upper bounds, but for `bytes`.
    package struct Estimate: Sendable {
        package var series = 0
        /// Samples to be read from storage.
        package var samples = 0
        /// Memory for the result and what is read at once.
        package var bytes = 0
    }

    /// What came of it.
    package struct Actual: Sendable {
        /// Series with a number at any step, and those numbers.
        package var series = 0
        package var points = 0
        /// Samples read from storage by the node itself.
        package var samples = 0
        package var bytes = 0
        /// Of the node itself, and with everything below it.
        package var ownSeconds = 0.0
        package var seconds = 0.0
    }

    /// `rate`, `sum by (job)`, `==`
    package var operation: String
    /// What it reads, of nodes that read: `up{job="node"}[5m]`.
    package var detail: String
    /// Times it is evaluated at.
    package var steps: Int
    /// Equal expressions are evaluated once; all but the first of them have this mark and no children.
    package var isRepeated = false
    package var estimate: Estimate
    /// Nil when nothing was run.
    package var actual: Actual?
    /// Why the answer has no series, as far as it is this node's doing.
    package var reasons: [String] = []
    package var children: [PlanDescription] = []
}
