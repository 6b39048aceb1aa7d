import PeerSupport

/// One figure of all contenders over all rounds.
struct Line: Codable {
    /// The largest acceptable ratio.
    enum Bar: Codable {
        /// To the better peer.
        case better(Double)
        /// To Prometheus.
        case prometheus(Double)
        /// Of a query: by what the better peer needs in milliseconds and by the bytes of the answer.
        case query
    }

    var group: String
    /// The question, where there are several figures of each; else empty.
    var question = ""
    var name: String
    var unit: String
    /// Nil where there is none.
    var bar: Bar?
    /// Contender to its values, one a round.
    var values: [String: [Double]] = [:]
    /// Contender to why it has none.
    var missing: [String: String] = [:]

    func median(_ contender: Contender) -> Double? {
        guard let sorted = values[contender.rawValue]?.sorted(), !sorted.isEmpty else { return nil }
        return sorted[sorted.count / 2]
    }

    /// (largest - smallest) / median of our own values.
    var spread: Double? {
        guard let own = values[Contender.apus.rawValue]?.sorted(), let low = own.first, let high = own.last,
            let median = median(.apus), median > 0
        else { return nil }
        return (high - low) / median
    }

    /// What ours is compared with.
    var reference: Double? {
        if case .prometheus = bar { return median(.prometheus) }
        return Contender.allCases.filter { $0 != .apus }.compactMap { median($0) }.min()
    }

    /// Ours over the reference.
    var ratio: Double? {
        guard let own = median(.apus), let reference, reference > 0 else { return nil }
        return own / reference
    }
}

/// All lines in order.
struct Table {
    private(set) var lines: [Line] = []

    /// Adds a value of one round, or says why there is none.
    mutating func add(_ line: Line, _ contender: Contender, _ value: Double?, missing: String? = nil) {
        var index = lines.firstIndex {
            $0.group == line.group && $0.question == line.question && $0.name == line.name
        }
        if index == nil {
            lines.append(line)
            index = lines.count - 1
        }
        guard let index else { return }
        if let value { lines[index].values[contender.rawValue, default: []].append(value) }
        if let missing { lines[index].missing[contender.rawValue] = missing }
    }

    func line(_ group: String, _ question: String, _ name: String) -> Line? {
        lines.first { $0.group == group && $0.question == question && $0.name == name }
    }

    /// The number that the ratio of a line has to keep below.
    func bar(of line: Line) -> Double? {
        switch line.bar {
        case .better(let bar), .prometheus(let bar): return bar
        case .query:
            let latency = self.line(line.group, line.question, QueryFigure.median.rawValue)?.reference ?? 0
            let bytes = self.line(line.group, line.question, QueryFigure.bytes.rawValue)?.median(.apus) ?? 0
            return latency <= 5 ? 0.8 : bytes > 1e6 ? 0.3 : 0.2
        case nil: return nil
        }
    }

    /// Whether a line is above its bar; nil when that cannot be said.
    func isMissed(_ line: Line) -> Bool? {
        guard let bar = bar(of: line), let ratio = line.ratio else { return nil }
        return ratio > bar
    }
}

/// What is measured of each question.
enum QueryFigure: String {
    case median = "p50"
    case high = "p95"
    case cpu = "CPU"
    case memory = "memory"
    case bytes = "bytes"

    var unit: String {
        switch self {
        case .median, .high, .cpu: "ms"
        case .memory: "MB"
        case .bytes: "B"
        }
    }
}
