import Model

/// What the threads that compute one window function share.
struct WindowTask: UnitTask, @unchecked Sendable {
    // Sendable: plan nodes do not change any more when they are evaluated.
    let plan: WindowPlan
    let grid: Grid
    let selection: any Selection
    /// The plan's scalars, evaluated.
    let parameters: [[Double]]
    let limits: QueryLimits
    /// Where counting begins.
    let tally: SampleTally
    let delaysNameRemoval: Bool
    /// What happens to each series' numbers before anybody else sees them.
    let transforms: [any RowTransform]
    /// The selection's series with the labels that come out.
    let rows: any Selection

    /// A sample's time and value.
    static let sampleBytes = 16
    /// Windows' bounds, extents and scales for two kinds of time columns, and the row.
    static let stepBytes = 2 * (16 + MemoryLayout<WindowExtent>.stride) + 8

    var size: Int {
        var samples = 0
        for unit in 0..<selection.unitCount { samples += selection.estimatedSamples(inUnit: unit) }
        return max(samples, selection.seriesCount * grid.count)
    }

    var samplesAtOnce: Int {
        var largest = 0
        for unit in 0..<selection.unitCount { largest = max(largest, selection.estimatedSamples(inUnit: unit)) }
        return largest
    }

    var text: String { "\(plan.input.text) with \(selection.seriesCount) series" }

    var threadBytes: Int { samplesAtOnce * Self.sampleBytes + grid.count * Self.stepBytes }

    func makeOperator() throws(QueryError) -> WindowOperator { try WindowOperator(self) }
}
