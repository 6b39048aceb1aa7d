import Model
import PromQL
import TestSupport
import Testing

@testable import QueryEngine

/// Rows with a number at every step take loops without branches; what those give is what the general loops give, bit by
/// bit, for one group and for parts that are merged.
struct FullRowTests {
    private static let steps = 37
    private static let operations: [AggregationOperator] = [.sum, .avg, .count, .min, .max, .group, .stddev, .stdvar]

    private static func number(_ random: inout SeededRandom) -> Double {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: .ordinaryNaN
        case 1: .infinity
        case 2: -.infinity
        case 3: 1.5e308
        case 4: -1.25e308
        case 5: -0.0
        case 6: .leastNonzeroMagnitude
        case 7: 1e16
        default: .random(in: -1e3...1e3, using: &random)
        }
    }

    private struct Row {
        var group: Int
        var values: [Double]
        var isFull: Bool { !values.contains(where: \.isAbsent) }
    }

    private static func rows(_ random: inout SeededRandom) -> [Row] {
        let isTame = random.chance(0.5)
        return (0..<Int.random(in: 1...40, using: &random)).map { _ in
            var row = Row(group: Int.random(in: 0..<3, using: &random), values: [])
            row.values = (0..<steps).map { _ in
                isTame ? Double.random(in: -1e3...1e3, using: &random) : number(&random)
            }
            if random.chance(0.3) {
                for step in 0..<steps where random.chance(0.2) { row.values[step] = .absent }
            }
            return row
        }
    }

    /// - Parameters:
    ///   - usesFastWays: what is full is said to be.
    ///   - parts: how many parts are folded by themselves and merged.
    private static func fold(
        _ operation: AggregationOperator, _ rows: [Row], usesFastWays: Bool, parts: Int
    ) throws -> [Labels: [UInt64]] {
        let plan = AggregationPlan(
            operation: operation,
            argument: PlanNode(.time, grid: Grid(at: 0), position: TextRange(0, 0), identity: 0), parameter: nil,
            valueLabel: nil, grouping: ["g"],
            isWithout: false)
        let labels = (0..<3).map { Labels(["g": "\($0)"]) }
        let columns = SeriesColumns(
            labels: rows.map { labels[$0.group] }, values: rows.flatMap(\.values), steps: steps, reservation: nil)
        let selection = ColumnsSelection(columns, grid: Grid(from: 0, to: Int64(steps - 1), step: 1))
        let empty = GroupFold(plan, steps: steps, isNameless: false)
        var whole = empty
        let size = (rows.count + parts - 1) / parts
        for first in stride(from: 0, to: rows.count, by: size) {
            var part = empty
            for series in first..<min(first + size, rows.count) {
                let buffer = StepBuffer(steps)
                buffer.values.update(from: rows[series].values, count: steps)
                part.add(
                    SeriesRow(
                        selection, series: series, values: buffer.values,
                        isFull: usesFastWays && rows[series].isFull, losesName: false))
            }
            if parts == 1 { whole = part } else { try whole.merge(&part, .unlimited) }
        }
        var room = try GrowingRoom(QueryLimits.unlimited.budget, purpose: "")
        let result = try whole.finish(&room, .unlimited)
        return Dictionary(
            uniqueKeysWithValues: (0..<result.count).map { series in
                let row = result.values[series * steps..<(series + 1) * steps]
                return (result.labels[series], row.map { $0.isNaN && !$0.isAbsent ? 1 : $0.bitPattern })
            })
    }

    @Test(arguments: 1..<200 as Range<UInt64>) func equalGeneralOnes(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let rows = Self.rows(&random)
        for operation in Self.operations {
            let merges = GroupFold.merges(operation)
            for parts in merges ? [1, 2, 5] : [1] {
                let expected = try Self.fold(operation, rows, usesFastWays: false, parts: parts)
                let found = try Self.fold(operation, rows, usesFastWays: true, parts: parts)
                #expect(found == expected, "seed \(seed): \(operation) of \(rows.count) rows in \(parts) parts")
            }
        }
    }
}
