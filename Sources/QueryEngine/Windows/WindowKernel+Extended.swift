import Model
import PromQL

/// Windows that also see samples around them. `anchored` takes the last sample before the window as its start,
/// `smoothed` interpolates at both ends; nothing is extrapolated.
extension WindowKernel {
    func evaluateExtended(
        _ column: WindowColumn, _ kind: SelectorModifiers.Extension, _ out: UnsafeMutablePointer<Double>
    ) {
        let seconds = function == .rate ? Self.seconds(input.range) : 1
        for step in column.steps {
            let end = input.windowEnd(grid, step)
            let (low, high) = column.window(step)
            guard low < high else {
                out[step] = .absent
                continue
            }
            let samples = ExtendedWindow(
                times: column.times + low, values: column.values + low, count: high - low, start: end &- input.range,
                end: end, isSmoothed: kind == .smoothed)
            switch function {
            case .newest: out[step] = samples.value
            case .resets: out[step] = samples.count { $0 < $1 }
            case .changes: out[step] = samples.count { $0 != $1 && !($0.isNaN && $1.isNaN) }
            default:
                let difference = samples.difference(isCounter: function != .delta)
                out[step] = difference.isAbsent ? .absent : difference / seconds
            }
        }
    }
}
