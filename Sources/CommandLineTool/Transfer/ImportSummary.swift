import Model
import Transfer

/// What an import says at its end.
enum ImportSummary {
    static func text(_ report: ImportReport, _ line: ProgressLine) -> String {
        let seconds = (line.seconds * 100).rounded() / 100
        var text = "Imported \(report.outcome.appended) samples of \(report.series) series in "
        text += "\(ShortNumber.text(seconds)) s (\(line.rate(report.samples)) samples/s).\n"
        let outcome = report.outcome
        let others = [
            (outcome.repeated, "were there already"),
            (outcome.duplicate, "refused: another value stands at their time"),
            (outcome.tooOld, "refused: older than the retention (--storage.tsdb.retention.time)"),
            (outcome.tooFarAhead, "refused: more than 10m in the future"),
            (outcome.outOfOrder, "refused: out of order"),
            (outcome.lateMarkers, "stale markers left out: their series has newer samples"),
            (report.namelessSamples, "left out: the log does not say which series they belong to"),
        ]
        for (count, reason) in others where count > 0 { text += "  \(count) samples \(reason)\n" }
        text += histograms(report.histogramChunks, "chunks")
        text += histograms(report.histogramSamples, "samples in the log")
        return text
    }

    private static func histograms(_ found: [String: Int], _ unit: String) -> String {
        if found.isEmpty { return "" }
        let names = found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let list = names.map { "\($0.key.isEmpty ? "(unknown)" : $0.key) \($0.value)" }.joined(separator: ", ")
        return "  native histograms are not stored yet and were left out, \(unit): \(list)\n"
    }

    /// What could not be read, for the error stream; empty when all could.
    static func damages(_ report: ImportReport) -> String {
        if report.damageCount == 0 { return "" }
        var text = report.damages.map { "damaged: \($0)\n" }.joined()
        let rest = report.damageCount - report.damages.count
        if rest > 0 { text += "damaged: \(rest) more\n" }
        return text + "What is damaged was left out.\n"
    }
}
