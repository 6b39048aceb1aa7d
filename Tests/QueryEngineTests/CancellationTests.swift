import Model
import Platform
import Synchronization
import TestSupport
import Testing

@testable import QueryEngine

/// A query ends soon after it was cancelled or its time is over, whatever it is at. Work is counted in looks at the
/// clock: there is one for every few thousand numbers handled.
struct CancellationTests {
    private static let series = 2000
    private static let steps = 60
    /// Looks that one pass over all numbers of one side takes at least, and one over its label sets.
    private static let pass = series * steps / Pace.numbers
    private static let labelPass = series * Pace.labels / Pace.numbers

    private static let windowPass = 5 * 86_400 / WindowKernel.rowsAtOnce

    private static let source: MemorySeriesSource = {
        let source = MemorySeriesSource()
        for name in ["a", "b"] {
            for index in 0..<series {
                source.add(
                    Labels([
                        "__name__": name, "id": "\(index)", "instance": "\(index % 20)", "le": "\(index / 20)",
                    ]), times: [1000], values: [Double(index % 5)])
            }
        }
        source.add(Labels(["__name__": "one"]), times: [1000], values: [7])
        return source
    }()

    /// A stage of evaluation: an expression, the expressions it works on, and the looks that it takes at least by
    /// itself.
    struct Stage: Sendable, CustomTestStringConvertible {
        var query: String
        var operands: [String]
        var looks: Int
        var isInstant = false
        var testDescription: String { query }
    }

    private static let stages = [
        // Series by series as they are computed: that an operand begins and ends counts for it alone.
        Stage(query: "a + on (id) b", operands: ["a", "b"], looks: pass + labelPass - 2),
        Stage(query: "a * on () group_left () one", operands: ["a", "one"], looks: pass - 2),
        Stage(query: "one + on () group_right () a", operands: ["one", "a"], looks: pass - 2),
        Stage(query: "a + on (id) fill (0) b", operands: ["a", "b"], looks: 8 * pass),
        Stage(query: "a and on () b", operands: ["a", "b"], looks: 3 * pass + labelPass),
        Stage(query: "a unless on (instance) b", operands: ["a", "b"], looks: 3 * pass + labelPass),
        Stage(query: "a or on (id) b", operands: ["a", "b"], looks: 4 * pass + 3 * labelPass),
        Stage(query: "-a", operands: ["a"], looks: pass + 2 * labelPass),
        Stage(query: "ln(a)", operands: ["a"], looks: pass + 2 * labelPass),
        Stage(query: "round(a, 5)", operands: ["a"], looks: pass + 2 * labelPass),
        Stage(query: "timestamp(-a)", operands: ["-a"], looks: pass),
        Stage(query: "-a * 2", operands: ["-a"], looks: pass),
        Stage(query: "quantile by (instance) (0.5, a)", operands: ["a"], looks: 2 * pass + labelPass),
        Stage(query: "count_values(\"v\", a)", operands: ["a"], looks: pass),
        Stage(query: "topk(1000, a)", operands: ["a"], looks: 20 * pass),
        Stage(query: "sum by (id) (a)", operands: ["a"], looks: 2 * pass - 1),
        Stage(query: "label_replace(a, \"x\", \"$1\", \"id\", \"(.*)\")", operands: ["a"], looks: labelPass),
        Stage(query: "histogram_quantile(0.5, a)", operands: ["a"], looks: 5 * pass),
        Stage(query: "max_over_time((-a)[1m:1s])", operands: ["(-a)"], looks: 3 * pass),
        // Times and values are put behind the port of storage.
        Stage(
            query: "max_over_time(vector(1)[5d:1s])", operands: [], looks: 2 * 5 * 86_400 / Pace.numbers,
            isInstant: true),
        // Windows with more samples than there should be between two looks.
        Stage(
            query: "quantile_over_time(0.5, vector(1)[5d:1s])", operands: ["max_over_time(vector(1)[5d:1s])"],
            looks: 2 * windowPass, isInstant: true),
        Stage(
            query: "stddev_over_time(vector(1)[5d:1s])", operands: ["max_over_time(vector(1)[5d:1s])"],
            looks: windowPass, isInstant: true),
        Stage(
            query: "deriv(vector(1)[5d:1s])", operands: ["max_over_time(vector(1)[5d:1s])"], looks: windowPass,
            isInstant: true),
        Stage(
            query: "double_exponential_smoothing(vector(1)[5d:1s], 0.5, 0.5)",
            operands: ["max_over_time(vector(1)[5d:1s])"], looks: windowPass, isInstant: true),
        Stage(query: "a @ 60", operands: [], looks: 2 * pass - 1),
        Stage(query: "sort({__name__=~\"a|b\"})", operands: ["{__name__=~\"a|b\"}"], looks: 4, isInstant: true),
        Stage(
            query: "sort_by_label(a, \"instance\")", operands: ["a"],
            looks: series * 8 * 2 * Pace.labels / Pace.numbers, isInstant: true),
        Stage(
            query: "vector(time()) + vector(time())", operands: [], looks: 5, isInstant: true),
    ]

    /// Cancels or lets the time run out at one of the looks at it.
    private final class CountingTime: TimeSource {
        enum End: CaseIterable { case cancellation, deadline }

        let cancellation = Cancellation()
        private let count = Atomic(0)
        private let last: Int
        private let end: End

        init(endsAt last: Int = .max, by end: End = .cancellation) {
            self.last = last
            self.end = end
        }

        var looks: Int { count.load(ordering: .relaxed) }
        func wallMilliseconds() -> Int64 { 0 }

        func monotonicNanoseconds() -> UInt64 {
            let look = count.wrappingAdd(1, ordering: .relaxed).newValue
            if look < last { return 0 }
            if end == .deadline { return .max / 2 }
            cancellation.cancel()
            return 0
        }
    }

    private func run(_ query: String, isInstant: Bool, _ time: CountingTime) throws(QueryError) {
        let engine = Engine(source: Self.source, options: EngineOptions(), clock: time)
        if isInstant {
            _ = try engine.instant(query, at: 60_000, cancellation: time.cancellation)
        } else {
            _ = try engine.range(
                query, start: 1000, end: Int64(Self.steps) * 1000, step: 1000, cancellation: time.cancellation)
        }
    }

    /// The function looks at its argument as a whole and gives nothing.
    private func looks(_ query: String, isInstant: Bool) throws -> Int {
        let time = CountingTime()
        try run("histogram_count(\(query))", isInstant: isInstant, time)
        return time.looks
    }

    @Test(arguments: stages) func stagesLookAtTheClock(_ stage: Stage) throws {
        let all = try looks(stage.query, isInstant: stage.isInstant)
        let below = try stage.operands.reduce(0) { try $0 + looks($1, isInstant: stage.isInstant) }
        #expect(all - below >= stage.looks, "\(stage.query): \(all), of them \(below) below")
    }

    /// At whichever look it ends: there is no other one after it, and no answer.
    @Test(arguments: stages) func stagesEndAtOnce(_ stage: Stage) throws {
        let time = CountingTime()
        try run(stage.query, isInstant: stage.isInstant, time)
        // The first two and the last one only tell how long it took; what is cancelled at a look is seen at the next.
        for (part, end) in zip(1...4, CountingTime.End.allCases + CountingTime.End.allCases) {
            let last = 2 + (time.looks - 4) * part / 4
            let ending = CountingTime(endsAt: last, by: end)
            do throws(QueryError) {
                try run(stage.query, isInstant: stage.isInstant, ending)
                Issue.record("\(stage.query): did not end at \(last) of \(time.looks)")
            } catch {
                switch (end, error) {
                case (.cancellation, .canceled), (.deadline, .timeout): break
                default: Issue.record("\(stage.query): \(error)")
                }
            }
            // Once more where reading behind the port of storage ends, to learn why.
            #expect(ending.looks <= last + 1, "\(stage.query): goes on after \(last)")
        }
    }

    /// Sorting and putting together what a range query answers.
    @Test func answersAreMadeBitByBit() throws {
        let (whole, sum) = (CountingTime(), CountingTime())
        try run("a", isInstant: false, whole)
        try run("histogram_count(a)", isInstant: false, sum)
        #expect(whole.looks - sum.looks >= Self.pass + 2 * Self.labelPass)
    }
}
