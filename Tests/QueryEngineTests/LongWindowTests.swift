import Model
import TestSupport
import Testing

@testable import QueryEngine

/// What looks at many rows at once finds what looking at each one does, bit by bit.
struct LongWindowTests {
    private enum Kind: CaseIterable {
        case tame, wild, zeros
    }

    private static func number(_ random: inout SeededRandom, _ kind: Kind) -> Double {
        switch (kind, Int.random(in: 0..<60, using: &random)) {
        case (.wild, 0): .infinity
        case (.wild, 1): -.infinity
        case (.wild, 2...12), (.zeros, 0..<10): .ordinaryNaN
        case (.zeros, 10..<35): 0
        case (.zeros, _): -0.0
        default: .random(in: -1e3...1e3, using: &random)
        }
    }

    /// The first of the best samples; NaN only where there is nothing else.
    private static func best(_ window: ArraySlice<Double>, _ isBetter: (Double, Double) -> Bool) -> Double {
        var best: Double?
        for value in window where !value.isNaN {
            if best.map({ isBetter(value, $0) }) ?? true { best = value }
        }
        return window.isEmpty ? .absent : best ?? .ordinaryNaN
    }

    @Test(arguments: 0..<60, Kind.allCases) private func extremaOfLongWindows(_ seed: UInt64, _ kind: Kind) {
        var random = SeededRandom(seed: seed)
        let isTame = kind == .tame
        let count = Int.random(in: 300...1500, using: &random)
        var times: [Int64] = []
        for row in 0..<count where isTame || random.chance(0.9) { times.append(Int64(row) * 1000) }
        let values = times.map { _ in Self.number(&random, kind) }
        let range = Int64.random(in: 64_000...200_000, using: &random)
        let steps = Int.random(in: 3...20, using: &random)
        let first = Int64.random(in: -20_000...80_000, using: &random)
        let step = Int64.random(in: 20_000...90_000, using: &random)
        let grid = Grid(from: first, to: first + Int64(steps - 1) * step, step: step)
        let input = RangeInput(source: .selector(matchers: [], name: ""), range: range, at: nil, offset: 0)
        let windows = StepWindows(steps: steps, seconds: nil)
        times.withUnsafeBufferPointer { windows.find($0, input, grid) }
        for function in [WindowFunction.max, .min] {
            var kernel = WindowKernel(function: function, input: input, grid: grid, parameters: [], .unlimited)
            let out = StepBuffer(steps)
            var isByRuns = false
            values.withUnsafeBufferPointer { values in
                times.withUnsafeBufferPointer { times in
                    guard let values = values.baseAddress, let times = times.baseAddress else { return }
                    let column = WindowColumn(
                        times: times, values: values, count: windows.rows, lows: windows.lows,
                        highs: windows.highs, base: 0, steps: 0..<steps, extents: nil,
                        largestWindow: windows.largest)
                    isByRuns = kernel.extremumByRuns(column, out.values)
                    kernel.evaluate(column, into: out.values)
                }
            }
            if isTame { #expect(isByRuns, "seed \(seed), \(kind)") }
            for step in 0..<steps {
                let window = values[Int(windows.lows[step])..<Int(windows.highs[step])]
                let expected = Self.best(window) { function == .max ? $0 > $1 : $0 < $1 }
                #expect(out.values[step].bitPattern == expected.bitPattern, "seed \(seed), \(kind), step \(step)")
            }
        }
    }

    @Test(arguments: 0..<50) func pairs(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for count in 0...40 {
            var values = (0..<count).map { Double($0 / 2) }
            // Nothing, or one value that is out of order or no number.
            if count > 0, random.chance(0.7) {
                values[Int.random(in: 0..<count, using: &random)] = random.chance(0.5) ? .ordinaryNaN : 1e6
            }
            let low = count == 0 ? 0 : Int.random(in: 0..<count, using: &random)
            let pairs = zip(values[low...], values[low...].dropFirst())
            values.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                let isRising = PairScan.allHold(base, low, count, { $0 .<= $1 }, one: { $0 <= $1 })
                #expect(isRising == pairs.allSatisfy { $0 <= $1 }, "seed \(seed): \(values), \(low)")
                let hasNoReset = PairScan.allHold(base, low, count, { .!($0 .> $1) }, one: { !($0 > $1) })
                #expect(hasNoReset == pairs.allSatisfy { !($0 > $1) }, "seed \(seed): \(values), \(low)")
            }
        }
    }
}
