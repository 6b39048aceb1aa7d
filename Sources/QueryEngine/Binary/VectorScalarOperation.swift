import Model
import PromQL

/// A binary operator between each series and a scalar.
enum VectorScalarOperation {
    static func evaluate(
        _ plan: VectorScalarPlan, _ vector: consuming SeriesColumns, _ scalar: [Double], _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        let transform = ScalarTransform(plan, scalar: scalar)
        let steps = vector.steps
        try vector.updateRows(context.limits) { series, row in
            transform.apply(to: row, series: series, steps: steps)
        }
        if takesNames(plan) { try vector.dropNames(isDelayed: context.delaysNameRemoval, context.limits) }
        return vector
    }

    /// Only filters keep the metric name.
    static func takesNames(_ plan: VectorScalarPlan) -> Bool { !plan.operation.isComparison || plan.returnsBool }
}
