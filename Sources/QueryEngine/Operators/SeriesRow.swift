import Model

/// One series of an operator's input: its labels, asked for only where they are needed, and one number per step.
struct SeriesRow {
    let selection: any Selection
    /// When they were asked for already.
    private let known: Labels?
    /// The series' number among all that the operator gets, in the same order every time.
    let series: Int
    /// One number per step; valid only while the row is handed over.
    let values: UnsafeMutablePointer<Double>
    /// There is a number at every step.
    let isFull: Bool
    /// The name goes at the end of the evaluation.
    let losesName: Bool

    init(
        _ selection: any Selection, series: Int, values: UnsafeMutablePointer<Double>, isFull: Bool,
        losesName: Bool, labels: Labels? = nil
    ) {
        known = labels
        self.isFull = isFull
        self.losesName = losesName
        self.selection = selection
        self.series = series
        self.values = values
    }

    var labels: Labels { known ?? selection.labels(of: series) }
}
