import CShims
import TestSupport
import Testing

@testable import QueryEngine

/// The loops in C give the same bits whatever vectors they are compiled for: a test machine with the widest ones would
/// never run the others.
struct VectorWidthTests {
    private static let widths: [Int32] = [128, 256, 512].filter { $0 <= VectorWidth.bits }

    private static func numbers(_ random: inout SeededRandom, _ count: Int) -> [Double] {
        (0..<count).map { _ in
            let exponent = Int.random(in: -30...60, using: &random)
            return Double(sign: .plus, exponent: exponent, significand: .random(in: -2...2, using: &random))
        }
    }

    private static func bits(_ values: some Sequence<Double>) -> [UInt64] { values.map(\.bitPattern) }

    @Test(arguments: UInt64(0)..<30) func windowMeans(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let rows = Int.random(in: 1...60, using: &random)
        let windows = Int.random(in: 8...200, using: &random)
        let values = Self.numbers(&random, rows + windows - 1)
        let beginsWithZero = random.chance(0.5)
        let divisor = random.chance(0.5) ? 1 : Double(rows)
        var results: [[UInt64]] = []
        for width in Self.widths {
            var out = [Double](repeating: .nan, count: windows)
            #expect(cshims_window_means(values, rows, windows, beginsWithZero, divisor, &out, width) == windows)
            results.append(Self.bits(out))
        }
        #expect(results.allSatisfy { $0 == results[0] }, "seed \(seed)")
    }

    /// Every width computes at least the windows before the first whose sum is not finite.
    @Test(arguments: UInt64(0)..<10) func windowsThatAreNotFinite(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var values = Self.numbers(&random, 159)
        let place = Int.random(in: 60..<159, using: &random)
        values[place] = random.chance(0.5) ? .infinity : .nan
        var whole = [Double](repeating: 0, count: 120)
        let infinite = place - 39
        let finite = Array(values[..<place])
        #expect(cshims_window_means(finite, 40, infinite, true, 1, &whole, 128) == infinite)
        for width in Self.widths {
            var out = [Double](repeating: 0, count: 120)
            let done = cshims_window_means(values, 40, 120, true, 1, &out, width)
            #expect(done <= infinite && done > infinite - 40, "seed \(seed), \(width) bits: \(done) of \(infinite)")
            #expect(Self.bits(out[..<done]) == Self.bits(whole[..<done]), "seed \(seed), \(width) bits")
        }
    }

    @Test(arguments: UInt64(0)..<30) func compensatedAdditions(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = Int.random(in: 1...70, using: &random)
        let rows = (0..<5).map { _ in Self.numbers(&random, count) }
        let start = Self.numbers(&random, count)
        var results: [[[UInt64]]] = []
        for width in Self.widths {
            var (sums, errors) = (start, [Double](repeating: 0, count: count))
            var (counted, countedErrors) = (sums, errors)
            var counts = [Double](repeating: 1, count: count)
            for row in rows {
                cshims_add_compensated(row, &sums, &errors, count, width)
                #expect(cshims_add_compensated_counted(row, &counted, &countedErrors, &counts, count, width))
            }
            #expect(counts.allSatisfy { $0 == 6 })
            results.append([sums, errors, counted, countedErrors].map(Self.bits))
            var last = rows[0]
            last[count - 1] = .infinity
            let before = [counted, countedErrors, counts].map(Self.bits)
            #expect(!cshims_add_compensated_counted(last, &counted, &countedErrors, &counts, count, width))
            #expect([counted, countedErrors, counts].map(Self.bits) == before)
        }
        #expect(results.allSatisfy { $0 == results[0] }, "seed \(seed)")
    }
}
