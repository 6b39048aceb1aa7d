import Model

/// The answer to a query.
package struct QueryResult: Sendable {
    package var value: QueryValue
    /// "PromQL warning: …" texts, in order of appearance, without repetitions.
    package var warnings: [String]
    /// "PromQL info: …" texts.
    package var infos: [String]
    package var statistics: QueryStatistics
    /// What the query does or did, when its options ask for it.
    package var plan: PlanDescription?
    /// Keep the room that the result takes in the query's budget.
    var reservations: [Reservation] = []

    package init(
        value: QueryValue, warnings: [String] = [], infos: [String] = [], statistics: QueryStatistics = .init()
    ) {
        self.value = value
        self.warnings = warnings
        self.infos = infos
        self.statistics = statistics
    }
}

extension QueryResult {
    /// Keeps the first series; false when there were no more.
    package mutating func truncate(to limit: Int) -> Bool {
        switch value {
        case .vector(let samples) where samples.count > limit: value = .vector(Array(samples.prefix(limit)))
        case .matrix(let series) where series.count > limit: value = .matrix(Array(series.prefix(limit)))
        default: return false
        }
        return true
    }
}

extension QueryValue {
    /// No series at all.
    var isEmpty: Bool {
        switch self {
        case .scalar, .string: return false
        case .vector(let samples): return samples.isEmpty
        case .matrix(let series): return series.isEmpty
        }
    }
}

package enum QueryValue: Sendable {
    /// Time in milliseconds and value.
    case scalar(Int64, Double)
    case string(Int64, String)
    case vector([VectorSample])
    case matrix([MatrixSeries])
}

package struct VectorSample: Sendable {
    package var labels: Labels
    /// Milliseconds.
    package var time: Int64
    package var value: Double

    package init(labels: Labels, time: Int64, value: Double) {
        self.labels = labels
        self.time = time
        self.value = value
    }
}

package struct MatrixSeries: Sendable {
    package var labels: Labels
    /// Milliseconds, ascending.
    package var times: [Int64]
    package var values: [Double]

    package init(labels: Labels, times: [Int64], values: [Double]) {
        self.labels = labels
        self.times = times
        self.values = values
    }
}

package struct QueryStatistics: Sendable {
    /// Samples that came from storage, each once.
    package var samplesRead = 0
    /// The most samples held at once.
    package var peakSamples = 0
    package var seriesSelected = 0
    /// Samples in the windows of all steps, as Prometheus counts them: one for each step that looks at a sample.
    package var queryableSamples = 0
    /// The same for each step; empty unless the query's options ask for it.
    package var queryableSamplesByStep: [(time: Int64, samples: Int)] = []
    /// Seconds of parsing and planning, and of evaluation.
    package var preparation = 0.0
    package var evaluation = 0.0

    package init() {}

    /// What a query had done when it failed, as far as it told.
    init(ofFailed report: QueryReport) {
        samplesRead = report.samples
        seriesSelected = report.series
        evaluation = report.running
    }
}
