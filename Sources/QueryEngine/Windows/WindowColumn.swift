/// One series' samples and the rows that each step's window takes of them.
struct WindowColumn {
    let times: UnsafePointer<Int64>
    let values: UnsafePointer<Double>
    let count: Int
    /// Windows in rows of the time column; the series starts at its row `base`.
    let lows: UnsafePointer<Int32>
    let highs: UnsafePointer<Int32>
    let base: Int
    /// The steps to compute.
    var steps: Range<Int>
    /// How far the time column's whole windows reach, for the functions that measure it.
    let extents: UnsafePointer<WindowExtent>?
    let largestWindow: Int

    /// The window's samples; empty when `low` is not below `high`.
    @inline(__always) func window(_ step: Int) -> (low: Int, high: Int) {
        (max(Int(lows[step]) &- base, 0), min(Int(highs[step]) &- base, count))
    }

    /// The series has all samples of the time column's window.
    @inline(__always) func isWhole(_ step: Int) -> Bool {
        Int(lows[step]) >= base && Int(highs[step]) &- base <= count
    }
}
