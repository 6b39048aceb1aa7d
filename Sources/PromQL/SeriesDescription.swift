import Model

/// A line of series notation: `name{label="value"} 1 2+3x4 _x5 stale`.
package struct SeriesDescription: Sendable {
    package enum Value: Sendable, Equatable {
        case sample(Double)
        case omitted
        /// A native histogram as it is written, without the braces.
        case histogram(String)
    }

    package var labels: Labels
    package var values: [Value]
}
