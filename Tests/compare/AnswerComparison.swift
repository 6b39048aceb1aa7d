import PeerSupport
import PromQL

/// Whether two replies say the same.
enum AnswerComparison {
    /// Nil when they do; else what differs first.
    static func difference(_ replies: Replies, query: String) -> String? {
        switch (replies.apus, replies.prometheus) {
        case (.failure(let ownType, let own), .failure(let otherType, let other)):
            if ownType != otherType { return "error types \(ownType) and \(otherType): \(own); \(other)" }
            if ownType == "execution", own != other { return "errors \"\(own)\" and \"\(other)\"" }
            return nil
        case (.failure(_, let text), .series): return "only Apus fails: \(text)"
        case (.series, .failure(_, let text)): return "only Prometheus fails: \(text)"
        case (.series(let ownType, let own), .series(let otherType, let other)):
            if ownType != otherType { return "types \(ownType) and \(otherType)" }
            if let difference = Agreement.difference(own, other) { return difference }
            return ownType == "vector" && isSorted(query) ? orderDifference(own, other) : nil
        }
    }

    private static func isSorted(_ query: String) -> Bool {
        guard case .call(let call) = try? Parser.parse(query) else { return false }
        return call.function.name.hasPrefix("sort")
    }

    /// The order among equal values is left open.
    private static func orderDifference(_ own: [Answers.Series], _ other: [Answers.Series]) -> String? {
        for (position, (mine, theirs)) in zip(own, other).enumerated() {
            let (a, b) = (mine.points.first?.value ?? .nan, theirs.points.first?.value ?? .nan)
            if !Agreement.isClose(a, b) { return "sorted differently: place \(position) holds \(a) and \(b)" }
        }
        return nil
    }
}
