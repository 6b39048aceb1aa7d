import Model

/// Shows the plan that `explain` and `analyze` add to an answer as an indented table, one line per operation.
struct PlanPrinter {
    private var table: TextTable
    private let isAnalysis: Bool
    private var reasons: [String] = []

    /// Ends with a newline.
    static func text(_ plan: JSONValue) -> String {
        var printer = PlanPrinter(isAnalysis: plan["actual"] != nil)
        printer.add(plan, indent: 0)
        return printer.table.text + printer.reasons.map { "\($0)\n" }.joined()
    }

    private init(isAnalysis: Bool) {
        self.isAnalysis = isAnalysis
        let names =
            isAnalysis
            ? ["SERIES", "POINTS", "SAMPLES", "BYTES", "OWN TIME", "TIME"]
            : ["STEPS", "SERIES <=", "SAMPLES <=", "BYTES ~"]
        table = TextTable([("OPERATION", .left)] + names.map { ($0, .right) })
    }

    private mutating func add(_ node: JSONValue, indent: Int) {
        let detail = node["detail"]?.string ?? ""
        let repeated = node["repeated"] == nil ? "" : " (as above)"
        let title = [node["operation"]?.string ?? "", detail].filter { !$0.isEmpty }.joined(separator: " ")
        var row = [String(repeating: "  ", count: indent) + title + repeated]
        if isAnalysis {
            let actual = node["actual"]
            row += ["series", "points", "samples"].map { Self.count(actual?[$0]) }
            row.append(Self.bytes(actual?["bytes"]))
            row += ["ownSeconds", "seconds"].map { Self.time(actual?[$0]) }
        } else {
            row.append(Self.count(node["steps"]))
            row += ["series", "samples"].map { Self.count(node["estimate"]?[$0]) }
            row.append(Self.bytes(node["estimate"]?["bytes"]))
        }
        table.rows.append(row)
        reasons += (node["reasons"]?.array ?? []).compactMap(\.string)
        for child in node["children"]?.array ?? [] { add(child, indent: indent + 1) }
    }

    private static func count(_ value: JSONValue?) -> String { value?.number.map(ShortNumber.text) ?? "" }

    private static func bytes(_ value: JSONValue?) -> String {
        guard var number = value?.number else { return "" }
        var unit = "B"
        for next in ["kB", "MB", "GB", "TB"] where number >= 1024 {
            number /= 1024
            unit = next
        }
        return "\(ShortNumber.text((number * 10).rounded() / 10)) \(unit)"
    }

    private static func time(_ value: JSONValue?) -> String {
        guard let seconds = value?.number else { return "" }
        return "\(ShortNumber.text((seconds * 1e6).rounded() / 1000)) ms"
    }
}
