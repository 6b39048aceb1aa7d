/// The times an expression is evaluated at: `start`, `start + step`, ... (`count` of them), milliseconds.
struct Grid: Hashable {
    var start: Int64
    /// Positive, also when there is only one step.
    var step: Int64
    var count: Int

    /// Times beyond this (over a hundred million years) are taken as this, so that sums with durations fit 64 bits.
    private static let latest: Int64 = 4_000_000_000_000_000_000

    static func bounded(_ time: Int64) -> Int64 { min(max(time, -latest), latest) }

    /// A single evaluation.
    init(at time: Int64) {
        start = time
        step = 1
        count = 1
    }

    /// All steps from `start` up to `end`; none when `end` lies before.
    init(from start: Int64, to end: Int64, step: Int64) {
        self.start = start
        self.step = step
        count = end < start ? 0 : Int((end - start) / step) + 1
    }

    private init(start: Int64, step: Int64, count: Int) {
        self.start = start
        self.step = step
        self.count = count
    }

    /// The first step alone, for what does not depend on the time.
    var first: Grid { Grid(start: start, step: step, count: min(count, 1)) }

    /// The last step; `start` when there is none.
    var end: Int64 { start + Int64(max(count - 1, 0)) * step }

    @inline(__always) func time(_ index: Int) -> Int64 { start &+ Int64(index) &* step }
}
