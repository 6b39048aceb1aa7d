import Foundation
import PeerSupport

/// The table as Markdown: a line a figure; of questions a line each with all figures.
enum Report {
    static func text(of table: Table) -> String {
        var result = ""
        var group = ""
        var questions: [String] = []
        for line in table.lines {
            if line.group != group {
                group = line.group
                questions = []
                result += "\n**\(group)**\n\n" + (line.question.isEmpty ? figureHead : questionHead)
            }
            if line.question.isEmpty {
                result += figure(line, table)
            } else if !questions.contains(line.question) {
                questions.append(line.question)
                result += question(line, table)
            }
        }
        let judged = table.lines.compactMap { table.isMissed($0) }
        return result + "\nWithin their bars: \(judged.filter { !$0 }.count) of \(judged.count) figures.\n"
    }

    private static let figureHead = """
        | figure | unit | apus | prometheus | victoria-metrics | ratio | bar | spread |
        |---|---|--:|--:|--:|--:|--:|--:|

        """

    private static let questionHead = """
        Milliseconds and MB of apus / prometheus / victoria-metrics; `!` is above the bar.

        | question | p50 | ratio | CPU | ratio | bar | p95 | memory | bytes |
        |---|--:|--:|--:|--:|--:|--:|--:|--:|

        """

    private static func figure(_ line: Line, _ table: Table) -> String {
        let spread = line.spread.map { "\(Int(($0 * 100).rounded())) %" }
        let bar = table.bar(of: line).map { "<= \($0)" }
        return "| \(line.name) | \(line.unit) | \(cells(line).joined(separator: " | ")) | \(ratio(line, table)) "
            + "| \(bar ?? "-") | \(spread ?? "-") |\n"
    }

    private static func question(_ first: Line, _ table: Table) -> String {
        func line(_ figure: QueryFigure) -> Line? { table.line(first.group, first.question, figure.rawValue) }
        func all(_ figure: QueryFigure) -> String {
            line(figure).map { cells($0).joined(separator: " / ") } ?? "-"
        }
        func ratio(_ figure: QueryFigure) -> String { line(figure).map { self.ratio($0, table) } ?? "-" }
        let bar = table.bar(of: first).map { "\($0)" } ?? "-"
        let bytes = line(.bytes)?.median(.apus).map(number) ?? "-"
        return "| \(first.question) | \(all(.median)) | \(ratio(.median)) | \(all(.cpu)) | \(ratio(.cpu)) | \(bar) "
            + "| \(all(.high)) | \(all(.memory)) | \(bytes) |\n"
    }

    private static func cells(_ line: Line) -> [String] {
        Contender.allCases.map { line.median($0).map(number) ?? line.missing[$0.rawValue] ?? "-" }
    }

    private static func ratio(_ line: Line, _ table: Table) -> String {
        line.ratio.map { number($0) + (table.isMissed(line) == true ? " !" : "") } ?? "-"
    }

    /// Three digits.
    static func number(_ value: Double) -> String {
        if value == 0 { return "0" }
        if value.magnitude >= 100 { return String(Int(value.rounded())) }
        return String(format: value.magnitude >= 10 ? "%.1f" : value.magnitude >= 1 ? "%.2f" : "%.3f", value)
    }
}
