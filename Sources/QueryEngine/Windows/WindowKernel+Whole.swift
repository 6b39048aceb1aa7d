import Model

/// The shortcut for a series that has a sample in every row of the shared time column, where every window holds enough
/// of them: no step has to look at bounds, and most loops compute several steps at once. The results are the same bit
/// by bit.
extension WindowKernel {
    /// Samples that each window must hold; nil for functions without a shortcut.
    var smallestWholeWindow: Int? {
        switch function {
        case .newest, .last, .first, .present, .count: return 1
        case .rate, .increase, .delta: return 2
        default: return nil
        }
    }

    /// Writes a number for each step; false when the series is not that simple, whatever is written then. Mutating only
    /// so that the caller does not copy the kernel, with all that it refers to, for each series.
    mutating func evaluateWhole(
        _ values: UnsafePointer<Double>, _ windows: StepWindows, into out: UnsafeMutablePointer<Double>
    ) -> Bool {
        let steps = grid.count
        switch function {
        case .newest:
            pickWhole(values, windows.highs, windows, offset: -1, into: out)
            var markers = 0
            for step in 0..<steps { markers &+= out[step].isStaleMarker ? 1 : 0 }
            return markers == 0
        case .last: pickWhole(values, windows.highs, windows, offset: -1, into: out)
        case .first: pickWhole(values, windows.lows, windows, offset: 0, into: out)
        case .present: out.update(repeating: 1, count: steps)
        case .count:
            let (lows, highs) = (windows.lows, windows.highs)
            for step in 0..<steps { out[step] = Double(highs[step] &- lows[step]) }
        case .rate, .increase: return differences(values, windows, isCounter: true, into: out)
        case .delta: return differences(values, windows, isCounter: false, into: out)
        default: return false
        }
        return true
    }

    private func pickWhole(
        _ values: UnsafePointer<Double>, _ rows: UnsafePointer<Int32>, _ windows: StepWindows, offset: Int,
        into out: UnsafeMutablePointer<Double>
    ) {
        if windows.isSliding { return out.update(from: values + (Int(rows[0]) + offset), count: windows.steps) }
        let values = values + offset
        for step in 0..<windows.steps { out[step] = values[Int(rows[step])] }
    }

    /// Extrapolated differences. Counters only if they neither fall nor start so near to zero that it bounds the
    /// extrapolation of any window.
    private func differences(
        _ values: UnsafePointer<Double>, _ windows: StepWindows, isCounter: Bool,
        into out: UnsafeMutablePointer<Double>
    ) -> Bool {
        guard let measures = windows.measures else { return false }
        let (low, high) = (Int(windows.lows[0]), Int(windows.highs[windows.steps - 1]))
        if isCounter {
            if !isRising(values, low, high) { return false }
            let isFar =
                measures.isFarFromZero(values[low], growth: values[high - 1] - values[low])
                || measures.isFarFromZero(values, windows)
            if !isFar { return false }
        }
        let scales = measures.scales
        if windows.isSliding {
            let (first, last) = (values + low, values + (Int(windows.highs[0]) - 1))
            for step in 0..<windows.steps { out[step] = (last[step] - first[step]) * scales[step] }
        } else {
            let (lows, highs, last) = (windows.lows, windows.highs, values - 1)
            for step in 0..<windows.steps {
                out[step] = (last[Int(highs[step])] - values[Int(lows[step])]) * scales[step]
            }
        }
        return true
    }

    /// Neither NaN nor less than the value before it.
    private func isRising(_ values: UnsafePointer<Double>, _ low: Int, _ high: Int) -> Bool {
        PairScan.allHold(values, low, high) {
            $0 .<= $1
        } one: {
            $0 <= $1
        }
    }
}

extension WindowMeasures {
    /// Whether the zero of a counter that rises by `growth` over all windows is too far away to bound the extrapolation
    /// of any: each window starts at no less than `first`, rises by no more, and no bound of theirs is tighter than
    /// those taken here.
    fileprivate func isFarFromZero(_ first: Double, growth: Double) -> Bool {
        first >= 0 && first * shortest > growth * longestStart * WindowExtent.margin
    }

    /// The same, looking at every window.
    fileprivate func isFarFromZero(_ values: UnsafePointer<Double>, _ windows: StepWindows) -> Bool {
        let (lows, highs, extents) = (windows.lows, windows.highs, extents)
        var near = 0
        for step in 0..<windows.steps {
            let first = values[Int(lows[step])]
            let difference = values[Int(highs[step]) &- 1] - first
            near &+= extents[step].isFarFromZero(firstValue: first, difference: difference) ? 0 : 1
        }
        return near == 0
    }
}
