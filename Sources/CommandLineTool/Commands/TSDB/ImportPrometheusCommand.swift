import PrometheusBlocks
import Transfer

/// `apus tsdb import prometheus`: takes over what a Prometheus server has stored.
struct ImportPrometheusCommand: ImportCommand {
    let name = "tsdb import prometheus"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb import prometheus [flags] DIR",
            summary: "Imports the blocks and the write-ahead log of a Prometheus data directory.",
            flags: Self.flags,
            examples: ["apus tsdb import prometheus /var/lib/prometheus --storage.tsdb.path=/var/lib/apus"])
    }

    func run(_ argument: String, _ store: OfflineStore, _ line: ProgressLine, _ shell: Shell) throws -> ImportReport {
        let directory = try PrometheusDirectory(shell.files, path: argument)
        return try PrometheusImport(
            directory, files: shell.files, into: store.database, clock: shell.clock, settle: store.settle,
            finish: store.finish, progress: line.show
        ).run()
    }
}
