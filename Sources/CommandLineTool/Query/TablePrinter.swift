import Model

/// Answers as tables.
struct TablePrinter {
    /// Columns of the terminal.
    var width: Int

    func text(_ answer: QueryAnswer) -> String {
        switch answer.value {
        case .scalar(let point), .string(let point): return point.text + "\n"
        case .vector(let series):
            var table = TextTable([("SERIES", .left), ("VALUE", .right)])
            table.rows = series.map { [$0.labels.metricText, $0.points.first?.text ?? ""] }
            return series.isEmpty ? "" : table.text
        case .matrix(let series): return series.isEmpty ? "" : matrix(series)
        }
    }

    /// One row per time and one column per series, with the series' names above; in several tables when they are wider
    /// than the terminal.
    private func matrix(_ series: [QueryAnswer.Series]) -> String {
        var result = ""
        for (index, one) in series.enumerated() { result += "[\(index + 1)]  \(one.labels.metricText)\n" }
        let times = Set(series.flatMap { $0.points.map(\.time) }).sorted()
        let stamps = TimeLabel.texts(times)
        let cells = series.map { one -> [String] in
            let values = Dictionary(one.points.map { ($0.time, $0.text) }, uniquingKeysWith: { $1 })
            return times.map { values[$0].map(Self.short) ?? "" }
        }
        var first = 0
        while first < series.count {
            var table = TextTable([("TIME (UTC)", .left)])
            table.rows = stamps.map { [$0] }
            var used = max(stamps.first?.count ?? 0, 10)
            var next = first
            while next < series.count {
                let title = "[\(next + 1)]"
                used += 2 + cells[next].reduce(title.count) { max($0, $1.count) }
                if used > width, next > first { break }
                table.columns.append((title, .right))
                for row in times.indices { table.rows[row].append(cells[next][row]) }
                next += 1
            }
            result += "\n" + table.text
            first = next
        }
        return result
    }

    /// Six digits; what is no number (a histogram) stays as it is.
    private static func short(_ text: String) -> String { FloatText.parse(text).map(ShortNumber.text) ?? text }
}
