import Model
import PromQL

/// A binary operator between each series and a scalar.
enum VectorScalarOperation {
    static func evaluate(
        _ plan: VectorScalarPlan, _ vector: SeriesColumns, _ scalar: [Double], _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        var result = vector
        // A filter keeps the vector's number on whichever side it stands.
        let comparison: ComparisonResult = plan.returnsBool ? .flag : plan.scalarIsLeft ? .right : .left
        scalar.withUnsafeBufferPointer { buffer in
            guard let scalar = buffer.baseAddress else { return }
            result.updateRows { _, row in
                let (left, right) = plan.scalarIsLeft ? (scalar, UnsafePointer(row)) : (UnsafePointer(row), scalar)
                ColumnOperation.apply(plan.operation, comparison, left, right, row, steps: vector.steps)
            }
        }
        if !plan.operation.isComparison || plan.returnsBool {
            try result.dropNames(isDelayed: context.delaysNameRemoval)
        }
        return result
    }
}
