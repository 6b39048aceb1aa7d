import Model
import PromQL
import QueryEngine

/// Compares an answer with what a script expects.
struct PromQLScriptComparison {
    private let evaluation: PromQLScript.Evaluation

    init(_ evaluation: PromQLScript.Evaluation) { self.evaluation = evaluation }

    /// What differs, or nil.
    func problem(with value: QueryValue) -> String? {
        switch (evaluation.expected, value) {
        case (.scalar(let expected), .scalar(_, let found)):
            return Self.equal(expected, found) ? nil : "gave \(found), not \(expected)"
        case (.string(let expected), .string(_, let found)):
            return expected == found ? nil : "gave \(GoText.quoted(found)), not \(GoText.quoted(expected))"
        case (.series(let expected), .vector(let found)):
            return vectorProblem(expected, found)
        case (.series(let expected), .matrix(let found)):
            return Self.orderProblem(found) ?? matrixProblem(expected, found)
        default:
            return "gave \(value), not \(evaluation.expected)"
        }
    }

    static func orderProblem(_ matrix: [MatrixSeries]) -> String? {
        for (one, next) in zip(matrix, matrix.dropFirst()) where next.labels < one.labels {
            return "series out of order: \(next.labels) behind \(one.labels)"
        }
        return nil
    }

    private func vectorProblem(_ expected: [SeriesDescription], _ found: [VectorSample]) -> String? {
        if evaluation.isOrdered {
            let wanted = expected.map(\.labels)
            if wanted != found.map(\.labels) { return "order \(found.map(\.labels)), not \(wanted)" }
        }
        var missing = Dictionary(expected.map { ($0.labels, $0) }) { $1 }
        for sample in found {
            guard let series = missing.removeValue(forKey: sample.labels) else {
                return "unexpected \(sample.labels) \(sample.value)"
            }
            guard case .sample(let value) = series.values.first else { return "\(sample.labels): not comparable" }
            if !Self.equal(value, sample.value) { return "\(sample.labels): \(sample.value), not \(value)" }
        }
        return missing.keys.min().map { "missing \($0)" }
    }

    private func matrixProblem(_ expected: [SeriesDescription], _ found: [MatrixSeries]) -> String? {
        var missing = Dictionary(expected.map { ($0.labels, $0) }) { $1 }
        for series in found {
            guard let wanted = missing.removeValue(forKey: series.labels) else {
                return "unexpected \(series.labels) \(series.values)"
            }
            if let problem = pointProblem(wanted, series) { return "\(series.labels): \(problem)" }
        }
        return missing.keys.min().map { "missing \($0)" }
    }

    private func pointProblem(_ expected: SeriesDescription, _ found: MatrixSeries) -> String? {
        var times: [Int64] = []
        var values: [Double] = []
        for (index, entry) in expected.values.enumerated() {
            switch entry {
            case .omitted: continue
            case .histogram: return "a native histogram is expected"
            case .sample(let value):
                times.append(evaluation.start + Int64(index) * evaluation.step)
                values.append(value)
            }
        }
        if times != found.times { return "points at \(found.times), not \(times); values \(found.values)" }
        for (index, value) in values.enumerated() where !Self.equal(value, found.values[index]) {
            return "\(found.values[index]) at \(times[index]), not \(value)"
        }
        return nil
    }

    /// Equal to six digits; stale markers equal only themselves, other NaNs each other.
    static func equal(_ left: Double, _ right: Double) -> Bool {
        if left.isStaleMarker || right.isStaleMarker { return left.isStaleMarker && right.isStaleMarker }
        if left.isAbsent || right.isAbsent { return false }
        if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
        if left == right { return true }
        let sum = left.magnitude + right.magnitude
        let difference = (left - right).magnitude
        if left == 0 || right == 0 || sum < Double.leastNormalMagnitude {
            return difference < 1e-6 * Double.leastNormalMagnitude
        }
        return difference / min(sum, Double.greatestFiniteMagnitude) < 1e-6
    }
}
