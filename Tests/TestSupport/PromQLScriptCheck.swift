import Model
import PromQL
import QueryEngine

/// One evaluation of a script: runs it and compares everything the script says about it.
struct PromQLScriptCheck {
    private typealias Evaluation = PromQLScript.Evaluation

    private let evaluation: PromQLScript.Evaluation
    private let engine: Engine

    init(_ evaluation: PromQLScript.Evaluation, _ engine: Engine) {
        self.evaluation = evaluation
        self.engine = engine
    }

    /// What is wrong, or nil.
    func problem() -> String? {
        if evaluation.failure != nil { return failureProblem() }
        do {
            let result = try query(evaluation.expression, at: evaluation.end)
            if let problem = annotationProblem(result) ?? comparison.problem(with: result.value) { return problem }
            return evaluation.kind == .instant ? try otherWays() : nil
        } catch let mismatch as Mismatch {
            return mismatch.text
        } catch {
            return "failed: \(error)"
        }
    }

    private struct Mismatch: Error {
        var text: String
    }

    private var comparison: PromQLScriptComparison { PromQLScriptComparison(evaluation) }

    private func query(_ text: String, at time: Int64) throws -> QueryResult {
        if evaluation.kind == .instant { return try engine.instant(text, at: time) }
        return try engine.range(text, start: evaluation.start, end: evaluation.end, step: evaluation.step)
    }

    // MARK: - Failures and annotations

    private func failureProblem() -> String? {
        do {
            let result = try query(evaluation.expression, at: evaluation.end)
            return "succeeded: \(result.value)"
        } catch {
            guard let pattern = evaluation.failure, !Self.matches("\(error)", pattern) else { return nil }
            return "failed with \(error), not \(pattern)"
        }
    }

    private func annotationProblem(_ result: QueryResult) -> String? {
        if evaluation.forbidsWarnings, !result.warnings.isEmpty { return "warned: \(result.warnings)" }
        if evaluation.forbidsInfos, !result.infos.isEmpty { return "informed: \(result.infos)" }
        return mismatch(result.warnings, evaluation.warnings, "warning")
            ?? mismatch(result.infos, evaluation.infos, "info")
    }

    private func mismatch(_ found: [String], _ patterns: [PromQLScript.Evaluation.Pattern], _ kind: String) -> String? {
        if patterns.isEmpty { return nil }
        if let missing = patterns.first(where: { pattern in !found.contains { Self.matches($0, pattern) } }) {
            return "no \(kind) \(missing) but \(found)"
        }
        let surplus = found.first { text in !patterns.contains { Self.matches(text, $0) } }
        return surplus.map { "unexpected \(kind) \($0)" }
    }

    private static func matches(_ text: String, _ pattern: PromQLScript.Evaluation.Pattern) -> Bool {
        switch pattern {
        case .anything: return true
        case .text(let expected): return text == expected
        case .regex(let pattern): return (try? Regex(pattern).firstMatch(in: text)) != nil
        }
    }

    // MARK: - The same question in other ways

    /// Functions whose value depends on when the query is evaluated.
    private static let timeDependent: Set<String> = [
        "time", "timestamp", "predict_linear", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour",
        "minute", "month", "year", "start", "end", "range", "step",
    ]

    /// Calls, also in durations, whose value depends on the query's bounds.
    private static let queryDependent = ["start()", "end()", "range()", "step()"]

    /// As the middle of a range query, and with all selectors pinned to the evaluation time, evaluated at
    /// other times.
    private func otherWays() throws -> String? {
        let expression = try Parser.parse(evaluation.expression)
        if let problem = try rangeProblem(evaluation.expression, at: evaluation.end) { return problem }
        if expression.calls(Self.timeDependent) { return nil }
        let time = evaluation.end
        let text = expression.pinned(to: time).description
        for other in time == 0 ? [-1000, 0, 1000] : [-10 * time, 0, time / 5, time, 10 * time] {
            let result = try query(text, at: other)
            if let problem = comparison.problem(with: result.value) {
                return "\(text) at \(other): \(problem)"
            }
            if let problem = try rangeProblem(text, at: other) { return problem }
        }
        return nil
    }

    private func rangeProblem(_ text: String, at time: Int64) throws -> String? {
        if evaluation.isOrdered || evaluation.expectsRangeVector { return nil }
        if Self.queryDependent.contains(where: { text.contains($0) }) { return nil }
        if case .string = evaluation.expected { return nil }
        let result: QueryResult
        do {
            result = try engine.range(text, start: time - 60_000, end: time + 60_000, step: 60_000)
        } catch {
            throw Mismatch(text: "\(text) as a range query around \(time) failed: \(error)")
        }
        guard case .matrix(let matrix) = result.value else { return "a range query gave no matrix" }
        if let problem = PromQLScriptComparison.orderProblem(matrix) { return problem }
        var samples: [VectorSample] = []
        for series in matrix {
            guard let index = series.times.firstIndex(of: time) else { continue }
            samples.append(VectorSample(labels: series.labels, time: time, value: series.values[index]))
        }
        var value = QueryValue.vector(samples)
        if case .scalar = evaluation.expected { value = .scalar(time, samples.first?.value ?? .absent) }
        return comparison.problem(with: value).map { "\(text) as a range query around \(time): \($0)" }
    }
}
