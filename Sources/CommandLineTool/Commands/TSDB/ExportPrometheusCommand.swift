import Platform
import PrometheusBlocks
import Server
import Storage
import Transfer

/// `apus tsdb export prometheus`: writes everything as blocks that Prometheus reads.
struct ExportPrometheusCommand: Command {
    let name = "tsdb export prometheus"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb export prometheus [flags] DIR",
            summary: "Writes all samples as Prometheus blocks of two hours into a directory.",
            flags: [OfflineStore.pathFlag],
            examples: ["apus tsdb export prometheus /tmp/blocks --storage.tsdb.path=/var/lib/apus"])
    }

    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode {
        guard values.arguments.count == 1, let directory = values.arguments.first else {
            throw UsageError("one argument is expected: the directory that gets the blocks")
        }
        do {
            try export(OfflineStore.path(values), to: directory, values, shell)
            return .ok
        } catch {
            shell.error("apus \(name): \(error)\n")
            return .failed
        }
    }

    private func export(_ path: String, to directory: String, _ values: FlagValues, _ shell: Shell) throws {
        // Opening would make it.
        if try shell.files.status(path) == nil { throw CommandFailure("there is no data directory \(path)") }
        try shell.files.createDirectory(directory)
        let store = try OfflineStore.open(values, shell)
        let line = ProgressLine("Exporting", shell)
        let figures = store.database.figures
        let result = Result {
            guard let oldest = figures.oldestTime, let newest = figures.newestTime else {
                return PrometheusExport.Report()
            }
            var random = HashRandom(seed: try RandomSeed.read(shell.files))
            return try PrometheusExport(store.database, files: shell.files, directory: directory).run(
                oldest...newest, now: shell.clock.wallMilliseconds(), using: &random, progress: line.show)
        }
        line.end()
        try store.close()
        let report = try result.get()
        let series = report.blocks.reduce(0) { max($0, $1.series) }
        let seconds = ShortNumber.text((line.seconds * 100).rounded() / 100)
        shell.output(
            "Exported \(report.samples) samples in \(report.blocks.count) blocks of up to \(series) series in "
                + "\(seconds) s (\(line.rate(report.samples)) samples/s).\n")
    }
}
