import Model
import Platform
import Storage
import Transfer

/// `apus tsdb dump`: samples as text.
struct DumpCommand: DirectoryCommand {
    let name = "tsdb dump"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb dump [flags] [DIR]",
            summary: "Prints the samples of a data directory (default data), as OpenMetrics or as a line of JSON per "
                + "series.",
            flags: [
                Flag(
                    "format", .value(placeholder: "FORM", default: "openmetrics"),
                    "openmetrics (stale markers are left out) or jsonl.")
            ] + SampleChoice.flags,
            examples: [
                "apus tsdb dump --match='up{job=\"node\"}' --start=now-1h /var/lib/apus > up.om",
                "apus tsdb dump --format=jsonl /var/lib/apus | gzip > all.jsonl.gz",
            ])
    }

    func run(_ path: String, _ values: FlagValues, _ shell: Shell) throws -> ExitCode {
        let form = try values.choice("format", SampleDump.Form.self) ?? .openmetrics
        let choice = try SampleChoice(values, now: shell.clock.wallMilliseconds())
        let store = try OfflineStore.reading(path, shell)
        let line = ProgressLine("Dumping", shell)
        let request = LabelRequest(matchers: choice.matchers, start: choice.start, end: choice.end)
        let result = Result {
            var dump = SampleDump(form) { bytes in
                guard shell.write(bytes) else { throw CommandFailure("the output takes no more") }
            }
            return try dump.run(store.database.snapshot(), request, progress: line.show)
        }
        line.end()
        _ = try result.get()
        return .ok
    }
}
