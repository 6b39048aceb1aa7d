import Exposition
import Platform
import Transfer

/// `apus tsdb import openmetrics`: takes over samples from a text.
struct ImportOpenMetricsCommand: ImportCommand {
    let name = "tsdb import openmetrics"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb import openmetrics [flags] FILE|-",
            summary: "Imports samples from a text in the OpenMetrics format, with a timestamp on every sample.",
            flags: Self.flags,
            examples: [
                "apus tsdb import openmetrics backfill.om",
                "promtool tsdb dump-openmetrics /var/lib/prometheus | apus tsdb import openmetrics -",
            ])
    }

    func run(_ argument: String, _ store: OfflineStore, _ line: ProgressLine, _ shell: Shell) throws -> ImportReport {
        let page = ByteBuffer()
        if argument == "-" {
            guard let bytes = shell.input() else { throw CommandFailure("standard input cannot be read") }
            page.append(bytes)
        } else {
            page.append(try shell.files.contents(of: argument))
        }
        do throws(PageError) {
            return try OpenMetricsImport(
                into: store.database, clock: shell.clock, settle: store.settle, progress: line.show
            ).run(page)
        } catch {
            throw CommandFailure("\(argument == "-" ? "standard input" : argument): \(error)")
        }
    }
}
