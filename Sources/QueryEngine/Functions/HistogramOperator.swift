import Model

/// histogram_quantile, histogram_quantiles and histogram_fraction over classic histograms: series that differ
/// only in `le` are the buckets of one.
struct HistogramOperator {
    private struct Histogram {
        var labels: Labels
        /// Series and upper bound, ascending by bound.
        var buckets: [(series: Int, bound: Double)] = []
    }

    /// A bucket in a list that grows, and a histogram with its list.
    private static let bucketBytes = 2 * 16
    private static let histogramBytes = 16 + 48

    private let plan: HistogramPlan
    private let columns: SeriesColumns
    private let parameters: [[Double]]
    private let grid: Grid
    private let context: QueryContext

    init(
        _ plan: HistogramPlan, _ columns: SeriesColumns, parameters: [[Double]], grid: Grid, _ context: QueryContext
    ) {
        self.plan = plan
        self.columns = columns
        self.parameters = parameters
        self.grid = grid
        self.context = context
    }

    func evaluate() throws(QueryError) -> SeriesColumns {
        annotateQuantiles()
        var room = try GrowingRoom(
            context.budget, purpose: "histograms of \(plan.argument.text) with \(columns.count) series")
        let histograms = try findHistograms(&room)
        defer { withExtendedLifetime(room) {} }
        let copies = if case .quantiles = plan.function { parameters.count } else { 1 }
        let numbers = histograms.count * copies * grid.count
        let labels = (0..<copies).flatMap { copy in histograms.map { self.labels($0, copy) } }
        let reservation = try context.budget.reserve(
            samples: numbers, bytes: numbers * 8 + labels.reduce(0) { $0 + $1.heldBytes },
            purpose: "a histogram function over \(plan.argument.text) with \(labels.count) histograms x "
                + "\(grid.count) steps")
        var result = try SeriesColumns(labels: labels, steps: grid.count, reservation: reservation, context.limits)
        var buckets = ClassicBuckets()
        var pace = Pace(context.limits)
        for (index, histogram) in histograms.enumerated() {
            for step in 0..<grid.count {
                for copy in 0..<copies {
                    // The quantile corrects the counts, so every copy starts from the samples.
                    fill(&buckets, histogram, step)
                    try pace.did(4 * histogram.buckets.count)
                    if buckets.isEmpty { continue }
                    result.values[(copy * histograms.count + index) * grid.count + step] =
                        evaluate(&buckets, copy, step, histogram.labels)
                }
            }
        }
        if context.delaysNameRemoval { result.setNameLosers(labels.map { _ in true }) }
        try result.mergeEqualLabels(context.limits)
        return result
    }

    private func evaluate(
        _ buckets: inout ClassicBuckets, _ copy: Int, _ step: Int, _ labels: Labels
    ) -> Double {
        if case .fraction = plan.function { return buckets.fraction(parameters[0][step], parameters[1][step]) }
        let (value, correction) = buckets.quantile(parameters[copy][step], time: grid.time(step))
        if let correction {
            context.annotations.add(
                .forcedMonotonicity(correction, metric: labels.metricName, at: plan.argument.position))
        }
        return value
    }

    private func fill(_ buckets: inout ClassicBuckets, _ histogram: Histogram, _ step: Int) {
        buckets.removeAll()
        for (series, bound) in histogram.buckets {
            let count = columns.values[series * grid.count + step]
            if !count.isAbsent { buckets.append(bound: bound, count: count) }
        }
    }

    private func findHistograms(_ room: inout GrowingRoom) throws(QueryError) -> [Histogram] {
        try room.add(bytes: columns.count * Self.bucketBytes)
        let fixed = room.bytes
        let signature = LabelProjection(dropping: [LabelNames.bucketBound])
        let kept = LabelProjection(
            dropping: [LabelNames.bucketBound] + (context.delaysNameRemoval ? [] : [LabelNames.metric]))
        var table = LabelTable()
        var key: [UInt8] = []
        var histograms: [Histogram] = []
        var pace = Pace(context.limits)
        for (series, labels) in columns.labels.enumerated() {
            try pace.did(Pace.labels)
            if !columns.hasValues(series) { continue }
            let text = labels[LabelNames.bucketBound] ?? ""
            guard let bound = FloatText.parse(text) else {
                // Only then it is certain that functions before this one did not take the name.
                let metric = context.delaysNameRemoval ? labels.metricName : ""
                context.annotations.add(.badBucketLabel(text, metric: metric, at: plan.argument.position))
                continue
            }
            signature.project(labels, into: &key)
            let (index, isNew) = table.index(of: key)
            if isNew {
                histograms.append(Histogram(labels: kept.labels(labels, &key)))
                // What is kept takes about what the signature takes.
                try room.set(bytes: fixed + 2 * table.bytes + histograms.count * Self.histogramBytes)
            }
            histograms[index].buckets.append((series, bound))
        }
        for index in histograms.indices {
            try histograms[index].buckets.sort(&pace) {
                $0.bound < $1.bound || ($0.bound == $1.bound && $0.series < $1.series)
            }
        }
        return histograms
    }

    private func labels(_ histogram: Histogram, _ copy: Int) -> Labels {
        guard case .quantiles(let label) = plan.function else { return histogram.labels }
        var builder = LabelsBuilder(histogram.labels)
        builder.set(label, Self.quantileText(parameters[copy].first ?? .ordinaryNaN))
        return builder.labels()
    }

    /// As OpenMetrics writes numbers: always with a fraction or an exponent.
    private static func quantileText(_ value: Double) -> String {
        let text = FloatText.general(value)
        return text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || ($0 >= 48 && $0 <= 57) } ? text + ".0" : text
    }

    private func annotateQuantiles() {
        if case .fraction = plan.function { return }
        for (parameter, values) in zip(plan.parameters, parameters) {
            for value in values where !(value >= 0 && value <= 1) {
                context.annotations.add(.invalidQuantile(value, at: parameter.position))
            }
        }
    }
}
