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
        return max(samples, selection.seriesCount * grid.count) + work(samples)
    }

    /// What a function costs beyond reading that looks at all samples of each window: some of them take as long as to
    /// read one.
    private func work(_ samples: Int) -> Int {
        guard plan.function.isLinear, plan.input.surroundings == nil else { return 0 }
        let range = Double(plan.input.range)
        let inWindow = Double(samples) * range / max(range + Double(grid.end) - Double(grid.start), 1)
        return Int(min(inWindow * Double(grid.count) / Self.samplesPerRead, 1e15))
    }

    private static let samplesPerRead = 16.0

    var samplesAtOnce: Int {
        var largest = 0
        for unit in 0..<selection.unitCount { largest = max(largest, selection.estimatedSamples(inUnit: unit)) }
        return largest
    }

    var text: String { "\(plan.input.text) with \(selection.seriesCount) series" }

    var threadBytes: Int { samplesAtOnce * Self.sampleBytes + grid.count * Self.stepBytes }

    func makeOperator() throws(QueryError) -> WindowOperator { try WindowOperator(self) }
}
