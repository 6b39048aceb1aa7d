import PromQL

/// A binary operator with a scalar that is applied to each series as soon as it is computed: what a filter takes away
/// is never held.
struct RowTransform: Sendable {
    let operation: BinaryOperator
    let comparison: ComparisonResult
    /// One number per step.
    let scalar: [Double]
    let scalarIsLeft: Bool

    init(_ plan: VectorScalarPlan, scalar: [Double]) {
        operation = plan.operation
        // A filter keeps the vector's number on whichever side it stands.
        comparison = plan.returnsBool ? .flag : plan.scalarIsLeft ? .right : .left
        self.scalar = scalar
        scalarIsLeft = plan.scalarIsLeft
    }

    func apply(to row: UnsafeMutablePointer<Double>, steps: Int) {
        scalar.withUnsafeBufferPointer { buffer in
            guard let scalar = buffer.baseAddress else { return }
            let (left, right) = scalarIsLeft ? (scalar, UnsafePointer(row)) : (UnsafePointer(row), scalar)
            ColumnOperation.apply(operation, comparison, left, right, row, steps: steps)
        }
    }
}
