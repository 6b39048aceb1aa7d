import Model
import Storage

/// `apus tsdb analyze`: which labels make how many series, and which series come and go.
struct AnalyzeCommand: Command {
    let name = "tsdb analyze"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb analyze [flags] [DIR [BLOCK]]",
            summary: "Shows churn and cardinality by metric, label and label pair: of the newest block of a data "
                + "directory (default data), of the one named, or of what is no block yet (head).",
            flags: [Flag("limit", .value(placeholder: "COUNT", default: "20"), "Entries of each list.")],
            examples: [
                "apus tsdb analyze /var/lib/apus", "apus tsdb analyze /var/lib/apus head",
                "apus tsdb analyze --limit=5 /var/lib/apus 01HF84E400000G000000000002",
            ])
    }

    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode {
        guard values.arguments.count <= 2 else {
            throw UsageError("two arguments are expected at most: the data directory and a block")
        }
        let path = DirectoryArgument.trimmed(values.arguments.first ?? "data")
        let block = values.arguments.count > 1 ? values.arguments[1] : nil
        let limit = try values.positiveInteger("limit") ?? 20
        do {
            let (what, analysis) = try Self.analysis(path, block, shell)
            shell.output(Self.text(what, analysis, limit))
            return .ok
        } catch {
            shell.error("apus \(name): \(error)\n")
            return .failed
        }
    }

    private static func analysis(
        _ path: String, _ block: String?, _ shell: Shell
    ) throws -> (what: String, analysis: CardinalityAnalysis) {
        if block != "head" {
            let store = try DirectoryArgument.stopped(path, shell)
            if let name = try block ?? store.newestBlock() {
                return ("block \(name)", try store.analyze(block: name))
            }
        }
        let store = try OfflineStore.reading(path, shell)
        let figures = store.database.figures
        let start = (figures.newestBlockTime.map { $0 + 1 } ?? figures.oldestTime) ?? 0
        let end = max(start, figures.newestTime ?? start)
        let selection = try store.database.snapshot().select(
            SelectRequest(matchers: [], start: start, end: end, keepsStaleMarkers: false))
        return ("head", try CardinalityAnalysis(selection, start: start, end: end))
    }

    private static func text(_ what: String, _ analysis: CardinalityAnalysis, _ limit: Int) -> String {
        var text = "Analysis of \(what), \(ListCommand.time(analysis.times.lowerBound)) to "
        text += "\(ListCommand.time(analysis.times.upperBound))\n"
        text += "Series: \(analysis.series)\nLabel names: \(analysis.labelNames)\n"
        text += "Label pairs: \(analysis.labelPairs)\nLabel pairs of all series: \(analysis.postings)\n"
        for (title, entries) in [
            ("Label pairs most involved in churn", analysis.churningPairs(limit)),
            ("Label names most involved in churn", analysis.churningNames(limit)),
            ("Most common label pairs", analysis.commonPairs(limit)),
            ("Label names with the longest values together, in bytes", analysis.longestValues(limit)),
            ("Label names with most values", analysis.mostValues(limit)),
            ("Metric names with most series", analysis.largestMetrics(limit)),
        ] {
            text += "\n\(title):\n"
            for entry in entries { text += "\(entry.count) \(entry.name)\n" }
        }
        return text
    }
}
