import Foundation

/// The ratios as bars on a logarithmic scale: left of the line is better than the better peer.
struct Plot {
    let table: Table

    func svg() -> String {
        let shown = table.lines.filter { $0.ratio != nil && $0.name != QueryFigure.high.rawValue }
        let height = shown.count * 18 + 60
        var result = """
            <svg xmlns="http://www.w3.org/2000/svg" width="900" height="\(height)" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="10" y="20" font-size="14">Apus against the better peer (ratio, logarithmic; left is better)</text>

            """
        for (label, value) in [("0.01", 0.01), ("0.1", 0.1), ("1", 1.0), ("10", 10.0)] {
            let x = Self.position(value)
            result += "<line x1=\"\(x)\" y1=\"35\" x2=\"\(x)\" y2=\"\(height - 10)\" stroke=\"#ccc\"/>"
            result += "<text x=\"\(x)\" y=\"34\" text-anchor=\"middle\" fill=\"#666\">\(label)</text>\n"
        }
        for (index, line) in shown.enumerated() {
            let y = 40 + index * 18
            let ratio = line.ratio ?? 1
            let end = Self.position(min(max(ratio, 0.01), 10))
            let one = Self.position(1)
            let colour = table.isMissed(line) == true ? "#c0392b" : "#2980b9"
            result +=
                "<text x=\"300\" y=\"\(y + 12)\" text-anchor=\"end\">\(Self.escaped(line.question.isEmpty ? line.name : "\(line.question), \(line.name)"))</text>"
            result += "<rect x=\"\(min(end, one))\" y=\"\(y + 2)\" width=\"\(max(abs(end - one), 1))\" height=\"13\" "
            result +=
                "fill=\"\(colour)\"/><text x=\"\(max(end, one) + 4)\" y=\"\(y + 12)\">\(Report.number(ratio))</text>\n"
        }
        return result + "</svg>\n"
    }

    private static func position(_ ratio: Double) -> Double { 310 + (log10(ratio) + 2) / 3 * 520 }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    }
}
