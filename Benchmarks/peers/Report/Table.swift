import Foundation
import PeerSupport

/// One figure of all contenders over all rounds.
struct Line: Codable {
    var group: String
    var name: String
    var unit: String
    /// Largest acceptable ratio to the better peer; nil where there is no bar.
    var bar: Double?
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

    /// Ours over the better peer's.
    var ratio: Double? {
        guard let own = median(.apus) else { return nil }
        let peers = Contender.allCases.filter { $0 != .apus }.compactMap { median($0) }
        guard let best = peers.min(), best > 0 else { return nil }
        return own / best
    }
}

/// All lines in order, as text.
struct Table {
    var lines: [Line] = []

    mutating func add(
        _ group: String, _ name: String, _ unit: String, _ contender: Contender, _ value: Double?, bar: Double? = nil,
        missing: String? = nil
    ) {
        var index = lines.firstIndex { $0.group == group && $0.name == name }
        if index == nil {
            lines.append(Line(group: group, name: name, unit: unit, bar: bar))
            index = lines.count - 1
        }
        guard let index else { return }
        if let value { lines[index].values[contender.rawValue, default: []].append(value) }
        if let missing { lines[index].missing[contender.rawValue] = missing }
    }

    /// A Markdown table.
    var text: String {
        var result = ""
        var group = ""
        for line in lines {
            if line.group != group {
                group = line.group
                result +=
                    "\n**\(group)**\n\n| figure | unit | apus | prometheus | victoria-metrics | ratio | bar | spread |\n"
                result += "|---|---|--:|--:|--:|--:|--:|--:|\n"
            }
            let cells = Contender.allCases.map { contender in
                line.median(contender).map(Self.number) ?? line.missing[contender.rawValue] ?? "-"
            }
            let ratio = line.ratio.map { ratio in
                Self.number(ratio) + (line.bar.map { ratio <= $0 } == false ? " !" : "")
            }
            let spread = line.spread.map { "\(Int(($0 * 100).rounded())) %" }
            result += "| \(line.name) | \(line.unit) | \(cells.joined(separator: " | ")) | \(ratio ?? "-") "
            result += "| \(line.bar.map { "<= \($0)" } ?? "-") | \(spread ?? "-") |\n"
        }
        return result
    }

    static func number(_ value: Double) -> String {
        if value == 0 { return "0" }
        if value.magnitude >= 100 { return String(Int(value.rounded())) }
        return String(format: value.magnitude >= 10 ? "%.1f" : value.magnitude >= 1 ? "%.2f" : "%.3f", value)
    }
}
