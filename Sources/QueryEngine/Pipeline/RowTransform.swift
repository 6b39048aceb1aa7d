import Model
import PromQL

/// What happens to the numbers of each series as soon as they are computed, on the thread that computed them.
protocol RowTransform: Sendable {
    /// Changes a row of `steps` numbers in place. `series` is its number in the selection it was read from.
    func apply(to row: UnsafeMutablePointer<Double>, series: Int, steps: Int)
}

/// A binary operator with a scalar: what a filter takes away is never held.
struct ScalarTransform: RowTransform {
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

    func apply(to row: UnsafeMutablePointer<Double>, series: Int, steps: Int) {
        scalar.withUnsafeBufferPointer { buffer in
            guard let scalar = buffer.baseAddress else { return }
            let (left, right) = scalarIsLeft ? (scalar, UnsafePointer(row)) : (UnsafePointer(row), scalar)
            ColumnOperation.apply(operation, comparison, left, right, row, steps: steps)
        }
    }
}

/// A binary operator with the matching series of a vector that is held; a series without a partner has no result.
struct JoinTransform: RowTransform {
    let operation: BinaryOperator
    let comparison: ComparisonResult
    /// The series at hand are those of the right side.
    let isSwapped: Bool
    let partners: Partners
    let columns: SeriesColumns

    func apply(to row: UnsafeMutablePointer<Double>, series: Int, steps: Int) {
        guard let partner = partners[series] else { return row.update(repeating: .absent, count: steps) }
        columns.values.withUnsafeBufferPointer { values in
            guard let other = values.baseAddress.map({ $0 + partner * steps }) else { return }
            let (left, right) = isSwapped ? (other, UnsafePointer(row)) : (UnsafePointer(row), other)
            ColumnOperation.apply(operation, comparison, left, right, row, steps: steps)
        }
    }
}

/// `and`, `unless`: numbers stay at the steps at which a matching series has one, or has none.
struct PresenceTransform: RowTransform {
    let keepsMatched: Bool
    let partners: Partners
    let presence: GroupPresence

    func apply(to row: UnsafeMutablePointer<Double>, series: Int, steps: Int) {
        guard let group = partners[series] else {
            if keepsMatched { row.update(repeating: .absent, count: steps) }
            return
        }
        presence.withSteps(of: group) { isPresent in
            for step in 0..<steps { row[step] = isPresent[step] == keepsMatched ? row[step] : .absent }
        }
    }
}
