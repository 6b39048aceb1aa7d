import Model

/// The answer to a query.
package struct QueryResult: Sendable {
    package var value: QueryValue
    /// "PromQL warning: …" texts, in order of appearance, without repetitions.
    package var warnings: [String]
    /// "PromQL info: …" texts.
    package var infos: [String]
    package var statistics: QueryStatistics

    package init(
        value: QueryValue, warnings: [String] = [], infos: [String] = [], statistics: QueryStatistics = .init()
    ) {
        self.value = value
        self.warnings = warnings
        self.infos = infos
        self.statistics = statistics
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
    package var samplesRead = 0
    package var peakSamples = 0
    package var seriesSelected = 0

    package init() {}
}
