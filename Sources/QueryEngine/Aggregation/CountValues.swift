import Model
import PromQL

/// count_values("label", v): how many series of a group have which value; the value goes into a label.
enum CountValues {
    static func evaluate(
        _ plan: AggregationPlan, _ columns: SeriesColumns, label: String, _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        let grouping = plan.isWithout ? plan.grouping : plan.grouping + [label]
        let projection = LabelProjection(grouping: grouping, isWithout: plan.isWithout)
        let steps = columns.steps
        var table = LabelTable()
        var counts: [Double] = []
        var key: [UInt8] = []
        counts.reserveFirst(columns.values.count * steps)
        var room = try GrowingRoom(
            context.budget, purpose: "count_values over \(plan.argument.text) with \(columns.count) series")
        for series in 0..<columns.count {
            try context.checkpoint()
            var groups: [UInt64: Int] = [:]
            for step in 0..<steps {
                let value = columns.values[series * steps + step]
                if value.isAbsent { continue }
                let bits = value.isNaN ? Double.ordinaryNaN.bitPattern : value.bitPattern
                var group = groups[bits] ?? -1
                if group < 0 {
                    var builder = LabelsBuilder(columns.labels[series])
                    builder.set(label, FloatText.plain(value))
                    projection.project(builder.labels(), into: &key)
                    group = table.index(of: key).index
                    groups[bits] = group
                    if group * steps == counts.count {
                        // A list that grows is there twice while it moves.
                        try room.set(
                            samples: counts.count + steps, bytes: (counts.count + steps) * 2 * 8 + table.bytes)
                        counts.append(contentsOf: repeatElement(.absent, count: steps))
                    }
                }
                let held = counts[group * steps + step]
                counts[group * steps + step] = held.isAbsent ? 1 : held + 1
            }
        }
        let result = SeriesColumns(
            labels: table.entries, values: counts, steps: steps, reservation: room.reservation)
        try room.settle(result)
        return result
    }
}
