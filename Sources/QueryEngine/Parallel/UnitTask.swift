import Model

/// What the threads that compute a pipeline share.
protocol UnitTask: Sendable {
    associatedtype Operator: UnitOperator

    /// What is read, unit by unit.
    var selection: any Selection { get }
    var limits: QueryLimits { get }
    /// For messages.
    var text: String { get }
    /// Numbers that are read or computed.
    var size: Int { get }
    /// Samples that a thread reads at once, and bytes that it needs for them and what it computes of them.
    var samplesAtOnce: Int { get }
    var threadBytes: Int { get }

    func makeOperator() throws(QueryError) -> Operator
}

/// Computes units. Every thread has one of its own.
protocol UnitOperator {
    /// Adds each series of a unit that has a number at any step.
    mutating func compute(unit: Int, into partial: inout some UnitPartial) throws(QueryError)

    /// What came up since the last call.
    mutating func takeNotes() -> UnitNotes
}
