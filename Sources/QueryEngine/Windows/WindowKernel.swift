import Model

/// Computes a window function for one series after the other. Holds the scratch memory of all kernels.
struct WindowKernel {
    let function: WindowFunction
    let input: RangeInput
    let grid: Grid
    /// Scalar arguments, one number per step each.
    let parameters: [[Double]]
    var rows: [Int32] = []
    var numbers: [Double] = []
    /// Set when a parameter makes no sense.
    var failure: QueryError?

    init(function: WindowFunction, input: RangeInput, grid: Grid, parameters: [[Double]]) {
        self.function = function
        self.input = input
        self.grid = grid
        self.parameters = parameters
    }

    /// Writes one number per step, `absent` where the window does not hold enough samples.
    mutating func evaluate(_ column: WindowColumn, into out: UnsafeMutablePointer<Double>) {
        if let surroundings = input.surroundings { return evaluateExtended(column, surroundings.kind, out) }
        switch function {
        case .newest, .newestTime, .last, .first, .present, .count, .firstTime, .lastTime: pick(column, out)
        case .rate: extrapolate(column, isCounter: true, out)
        case .increase: extrapolate(column, isCounter: true, out)
        case .delta: extrapolate(column, isCounter: false, out)
        case .irate: lastDifference(column, isRate: true, out)
        case .idelta: lastDifference(column, isRate: false, out)
        case .resets: countSteps(column, out) { $0 < $1 }
        case .changes: countSteps(column, out) { $0 != $1 && !($0.isNaN && $1.isNaN) }
        case .sum, .avg: total(column, out)
        case .stddev, .stdvar: variance(column, out)
        case .min: extremum(column, out) { $0 < $1 }
        case .max: extremum(column, out) { $0 > $1 }
        case .minTime: extremumTime(column, out) { $0 <= $1 }
        case .maxTime: extremumTime(column, out) { $0 >= $1 }
        case .quantile: quantile(column, out)
        case .medianDeviation: medianDeviation(column, out)
        case .deriv, .predictLinear: regression(column, out)
        case .smoothing: smooth(column, out)
        }
    }
}
