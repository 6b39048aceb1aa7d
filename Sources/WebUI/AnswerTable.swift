import Model
import PromQL
import QueryEngine

/// A query's answer as a table.
struct AnswerTable {
    let html: HTMLWriter

    /// Rows shown; a page with more is of no use.
    private static let rowLimit = 1000
    /// Samples shown of one series of a range selector.
    private static let sampleLimit = 50

    func write(_ result: QueryResult) {
        for note in result.warnings + result.infos {
            html.raw("<p class=\"note\">")
            html.text(note)
            html.raw("</p>\n")
        }
        switch result.value {
        case .scalar(_, let value): single(FloatText.plain(value))
        case .string(_, let text): single(text)
        case .vector(let samples):
            table(samples.count) { row in (samples[row].labels, [FloatText.plain(samples[row].value)]) }
        case .matrix(let series):
            table(series.count) { row in (series[row].labels, lines(series[row])) }
        }
    }

    /// The reason, and for a malformed expression the place.
    func write(_ error: QueryError, _ expression: String) {
        html.raw("<p class=\"error\">")
        html.text(error.description)
        html.raw("</p>\n")
        guard case .parse(let problem) = error else { return }
        let lines = expression.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(problem.line - 1) else { return }
        let line = lines[problem.line - 1]
        // Columns count bytes; the caret goes under the character.
        let before = String(decoding: line.utf8.prefix(max(problem.column - 1, 0)), as: UTF8.self)
        html.raw("<pre>")
        html.text(String(line))
        html.raw("\n")
        html.text(String(before.map { $0 == "\t" ? "\t" : " " }))
        html.raw("<span class=\"error\">^</span></pre>\n")
    }

    private func single(_ value: String) {
        html.raw("<table><tr>")
        html.cell(value, class: "mono")
        html.raw("</tr></table>\n")
    }

    private func table(_ count: Int, _ row: (Int) -> (labels: Labels, values: [String])) {
        if count == 0 { return html.raw("<p class=\"note\">No series.</p>\n") }
        html.raw("<div class=\"scroll\"><table><tr><th>Series</th><th class=\"number\">Value</th></tr>\n")
        for index in 0..<min(count, Self.rowLimit) {
            let (labels, values) = row(index)
            html.raw("<tr>")
            html.cell(labels.metricText, class: "mono")
            html.raw("<td class=\"number mono\">")
            for (position, value) in values.enumerated() {
                if position > 0 { html.raw("<br>") }
                html.text(value)
            }
            html.raw("</td></tr>\n")
        }
        html.raw("</table></div>\n")
        if count > Self.rowLimit { note("\(count - Self.rowLimit) more series are not shown.") }
    }

    /// `value @ time`, the newest samples.
    private func lines(_ series: MatrixSeries) -> [String] {
        let shown = zip(series.times, series.values).suffix(Self.sampleLimit)
        let hidden = series.times.count - shown.count
        return (hidden > 0 ? ["\(hidden) older samples"] : [])
            + shown.map { "\(FloatText.plain($1)) @ \(TimeText.rfc3339($0))" }
    }

    private func note(_ text: String) {
        html.raw("<p class=\"note\">")
        html.text(text)
        html.raw("</p>\n")
    }
}
