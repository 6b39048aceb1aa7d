import Model

extension WindowKernel {
    /// Functions that need only the window's bounds.
    func pick(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) {
        switch function {
        case .newest:
            fill(column, out) { low, high in
                let value = column.values[high - 1]
                return value.isStaleMarker ? .absent : value
            }
        case .newestTime:
            fill(column, out) { low, high in
                column.values[high - 1].isStaleMarker ? .absent : Double(column.times[high - 1]) / 1000
            }
        case .last: fill(column, out) { low, high in column.values[high - 1] }
        case .first: fill(column, out) { low, high in column.values[low] }
        case .count: fill(column, out) { low, high in Double(high - low) }
        case .firstTime: fill(column, out) { low, high in Double(column.times[low]) / 1000 }
        case .lastTime: fill(column, out) { low, high in Double(column.times[high - 1]) / 1000 }
        default: fill(column, out) { _, _ in 1 }
        }
    }

    /// The body's number for each window that is not empty. The closure is inlined into the loop.
    @inline(__always) func fill(
        _ column: WindowColumn, _ out: UnsafeMutablePointer<Double>, _ body: (Int, Int) -> Double
    ) {
        for step in column.steps {
            let (low, high) = column.window(step)
            out[step] = low < high ? body(low, high) : .absent
        }
    }
}
