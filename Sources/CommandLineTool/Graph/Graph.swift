import Model

/// A range query's answer as a picture of characters: value axis, lines, time axis, legend.
struct Graph {
    var size: (columns: Int, rows: Int)
    var showsUnicode: Bool
    var showsColours: Bool

    /// More series than this cannot be told apart.
    static let maximumSeries = 24
    /// Series with a colour of their own.
    private static let colours = [36, 33, 32, 35, 34, 31, 96, 93, 92, 95, 94, 91]
    private static let marks = Array("*+xo#@%&=$aebcdfghijklmnpqrstuvwyz")

    /// `step` is the distance of points in milliseconds: lines are not drawn over missing ones. Empty when there is
    /// nothing to draw.
    func text(_ series: [QueryAnswer.Series], step: Int64) -> String {
        let shown = Array(series.prefix(Self.maximumSeries))
        let points = shown.flatMap { $0.points.filter { $0.value.isFinite } }
        guard let lowest = points.map(\.value).min(), let highest = points.map(\.value).max(),
            let start = points.map(\.time).min(), let end = points.map(\.time).max()
        else { return "" }

        let rows = max(5, min(size.rows, 20))
        let values = ValueAxis(covering: lowest...highest, steps: max(2, rows / 3))
        let labels = values.labels
        let margin = labels.reduce(0) { max($0, $1.count) }
        let columns = max(16, size.columns - margin - 2)
        let usesColours = showsColours && shown.count <= Self.colours.count
        let style: Canvas.Style = showsUnicode && (usesColours || shown.count == 1) ? .braille : .marks
        var canvas = Canvas(columns: columns, rows: rows, style: style)
        for (index, one) in shown.enumerated() {
            draw(one.points, index, on: &canvas, values: values, start: start, end: end, step: step)
        }

        var result = picture(canvas, values: values, labels: labels, margin: margin, colours: usesColours)
        result += timeLines(TimeAxis(start: start, end: end, columns: columns), columns, margin)
        result += "\n" + legend(shown, style: style, colours: usesColours)
        let hidden = series.count - shown.count
        if hidden > 0 {
            result += "and \(hidden) more series that are not drawn: narrow the query, as with topk(10, ...)\n"
        }
        return result
    }

    private func draw(
        _ points: [QueryAnswer.Point], _ index: Int, on canvas: inout Canvas, values: ValueAxis, start: Int64,
        end: Int64, step: Int64
    ) {
        var last: (time: Int64, x: Int, y: Int)?
        for point in points {
            guard point.value.isFinite else {
                last = nil
                continue
            }
            let across = end > start ? Double(point.time - start) / Double(end - start) : 0
            // Halves first: the difference of two huge values may not fit a double.
            let up = (point.value / 2 - values.lower / 2) / (values.upper / 2 - values.lower / 2)
            let x = Int((across * Double(canvas.width - 1)).rounded())
            let y = canvas.height - 1 - Int((up * Double(canvas.height - 1)).rounded())
            let isNext = last.map { point.time - $0.time <= step + step / 2 } ?? false
            let from = isNext ? last.map { ($0.x, $0.y) } ?? (x, y) : (x, y)
            canvas.line(from: from, to: (x, y), series: index)
            last = (point.time, x, y)
        }
    }

    private func picture(
        _ canvas: Canvas, values: ValueAxis, labels: [String], margin: Int, colours: Bool
    ) -> String {
        var labelOfRow: [Int: String] = [:]
        for (tick, label) in zip(values.ticks, labels) {
            let up = (tick / 2 - values.lower / 2) / (values.upper / 2 - values.lower / 2)
            labelOfRow[canvas.rows - 1 - Int((up * Double(canvas.rows - 1)).rounded())] = label
        }
        var result = ""
        for row in 0..<canvas.rows {
            let label = labelOfRow[row]
            result += String(repeating: " ", count: margin - (label?.count ?? 0)) + (label ?? "")
            result += " " + (label == nil ? vertical : valueTick)
            var line = ""
            var current = -1
            for (character, series) in canvas.row(row, marks: Self.marks) {
                if colours, series >= 0, series != current {
                    line += colour(series)
                    current = series
                }
                line.append(character)
            }
            while line.last == " " { line.removeLast() }
            result += line + (current >= 0 ? Self.reset : "") + "\n"
        }
        return result
    }

    private func timeLines(_ axis: TimeAxis, _ columns: Int, _ margin: Int) -> String {
        var ruler = Array(repeating: horizontal, count: columns)
        var labels = Array(repeating: Character(" "), count: columns + margin + 2)
        // Where the next label may begin.
        var free = 0
        for tick in axis.ticks {
            let across = Double(tick - axis.start) / Double(axis.end - axis.start)
            let column = min(columns - 1, Int((across * Double(columns - 1)).rounded()))
            ruler[column] = timeTick
            let text = Array(TimeLabel.tick(tick, step: axis.step, span: axis.end - axis.start))
            let place = max(0, min(margin + 2 + column - text.count / 2, labels.count - text.count))
            if place < free { continue }
            labels.replaceSubrange(place..<place + text.count, with: text)
            free = place + text.count + 1
        }
        let indent = String(repeating: " ", count: margin + 1)
        var line = String(labels)
        while line.last == " " { line.removeLast() }
        return indent + corner + String(ruler) + "\n" + line + " UTC\n"
    }

    private func legend(_ series: [QueryAnswer.Series], style: Canvas.Style, colours: Bool) -> String {
        var table = TextTable([("", .left), ("SERIES", .left), ("MIN", .right), ("MAX", .right), ("LAST", .right)])
        for (index, one) in series.enumerated() {
            let values = one.points.map(\.value).filter { $0.isFinite }
            let mark = style == .braille ? "\u{2501}" : String(Self.marks[index % Self.marks.count])
            let figures = [values.min(), values.max(), one.points.last?.value]
            table.rows.append([mark, one.labels.metricText] + figures.map { $0.map(ShortNumber.text) ?? "" })
        }
        if !colours { return table.text }
        // Colour after aligning, so that escapes do not count as width.
        var lines = table.text.split(separator: "\n").map(String.init)
        for index in series.indices {
            let line = lines[index + 1]
            lines[index + 1] = colour(index) + line.prefix(1) + Self.reset + line.dropFirst()
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func colour(_ series: Int) -> String { "\u{1b}[\(Self.colours[series % Self.colours.count])m" }
    private static let reset = "\u{1b}[0m"

    private var vertical: String { showsUnicode ? "\u{2502}" : "|" }
    private var valueTick: String { showsUnicode ? "\u{2524}" : "+" }
    private var corner: String { showsUnicode ? "\u{2514}" : "+" }
    private var horizontal: Character { showsUnicode ? "\u{2500}" : "-" }
    private var timeTick: Character { showsUnicode ? "\u{252c}" : "+" }
}
