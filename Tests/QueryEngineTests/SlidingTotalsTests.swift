import Model
import TestSupport
import Testing

@testable import QueryEngine

/// Windows of which each is the one before it moved by a sample are summed up many at once: with the results of sums one
/// after the other, bit by bit.
struct SlidingTotalsTests {
    private enum Kind: CaseIterable {
        case tame, spread, rarelyInfinite, zeros
    }

    private static func number(_ random: inout SeededRandom, _ kind: Kind) -> Double {
        switch kind {
        case .tame: return .random(in: -1e3...1e3, using: &random)
        case .spread:
            let exponent = Int.random(in: -40...1020, using: &random)
            return Double(sign: .minus, exponent: exponent, significand: .random(in: -2...2, using: &random))
        case .rarelyInfinite:
            let choice = Int.random(in: 0..<400, using: &random)
            return choice == 0 ? .infinity : choice == 1 ? .ordinaryNaN : .random(in: 0...1, using: &random)
        case .zeros: return random.chance(0.9) ? -0.0 : 0
        }
    }

    private static func expected(_ function: WindowFunction, _ window: ArraySlice<Double>) -> Double {
        if window.isEmpty { return .absent }
        if function == .avg {
            return Array(window).withUnsafeBufferPointer { values in
                values.baseAddress.map { WindowKernel.average($0, 0, values.count) } ?? .absent
            }
        }
        var sum = CompensatedSum()
        for value in window { sum.add(value) }
        return sum.total
    }

    /// A query that is over computes no more than the windows under way.
    @Test func endsWhenItIsCancelled() {
        let (steps, rows) = (2000, 10_000)
        let values = (0..<rows + steps).map { Double($0) + 0.1 }
        let times = values.indices.map { Int64($0) * 1000 }
        let grid = Grid(from: Int64(rows) * 1000, to: Int64(rows + steps - 1) * 1000, step: 1000)
        let input = RangeInput(
            source: .selector(matchers: [], name: ""), range: Int64(rows) * 1000, at: nil, offset: 0)
        let windows = StepWindows(steps: steps, seconds: nil)
        times.withUnsafeBufferPointer { windows.find($0, input, grid) }
        let cancellation = Cancellation()
        cancellation.cancel()
        var kernel = WindowKernel(
            function: .sum, input: input, grid: grid, parameters: [], .unlimited(cancellation))
        let out = StepBuffer(steps)
        for step in 0..<steps { out.values[step] = -1 }
        values.withUnsafeBufferPointer { values in
            times.withUnsafeBufferPointer { times in
                guard let values = values.baseAddress, let times = times.baseAddress else { return }
                let column = WindowColumn(
                    times: times, values: values, count: windows.rows, lows: windows.lows, highs: windows.highs,
                    base: 0, steps: 0..<steps, extents: nil, largestWindow: windows.largest)
                kernel.evaluate(column, into: out.values)
            }
        }
        #expect(out.values[0] > 0)
        #expect(out.values[steps - 1] == -1)
    }

    @Test(arguments: 0..<40, Kind.allCases) private func sums(_ seed: UInt64, _ kind: Kind) {
        var random = SeededRandom(seed: seed)
        let steps = Int.random(in: 1...400, using: &random)
        let values = (0..<Int.random(in: 1...500, using: &random)).map { _ in Self.number(&random, kind) }
        let times = values.indices.map { Int64($0) * 1000 }
        let range = Int64.random(in: 1...70, using: &random) * 1000
        let first = Int64.random(in: -5...90, using: &random) * 1000
        let grid = Grid(from: first, to: first + Int64(steps - 1) * 1000, step: 1000)
        let input = RangeInput(source: .selector(matchers: [], name: ""), range: range, at: nil, offset: 0)
        let windows = StepWindows(steps: steps, seconds: nil)
        times.withUnsafeBufferPointer { windows.find($0, input, grid) }
        for function in [WindowFunction.sum, .avg] {
            var kernel = WindowKernel(function: function, input: input, grid: grid, parameters: [], .unlimited)
            let out = StepBuffer(steps)
            values.withUnsafeBufferPointer { values in
                times.withUnsafeBufferPointer { times in
                    guard let values = values.baseAddress, let times = times.baseAddress else { return }
                    let column = WindowColumn(
                        times: times, values: values, count: windows.rows, lows: windows.lows,
                        highs: windows.highs, base: 0, steps: 0..<steps, extents: nil,
                        largestWindow: windows.largest)
                    kernel.evaluate(column, into: out.values)
                }
            }
            for step in 0..<steps {
                let expected = Self.expected(function, values[Int(windows.lows[step])..<Int(windows.highs[step])])
                let found = out.values[step]
                let isSame = found.bitPattern == expected.bitPattern || found.isNaN && expected.isNaN
                #expect(isSame, "seed \(seed), \(kind), \(function), step \(step): \(found), not \(expected)")
            }
        }
    }
}
