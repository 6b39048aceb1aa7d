import Storage
import Telemetry
import Transfer

/// `apus tsdb repair`: keeps what is readable, puts what is damaged aside.
struct RepairCommand: DirectoryCommand {
    let name = "tsdb repair"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb repair [DIR]",
            summary: "Moves what is damaged in a data directory (default data) to quarantine/ and writes again what is "
                + "readable of it. Deletes nothing.",
            examples: ["apus tsdb repair /var/lib/apus"])
    }

    func run(_ path: String, _ values: FlagValues, _ shell: Shell) throws -> ExitCode {
        let line = ProgressLine("Verifying", shell)
        let logger = Logger(minimum: .warn, clock: shell.clock, write: { shell.error($0) })
        let repair = StoreRepair(
            path, files: shell.files, clock: shell.clock, logger: logger, owner: DirectoryArgument.owner)
        let result = Result { try repair.run { line.show(TransferProgress(fraction: $0, samples: $1)) } }
        line.end()
        let report = try result.get()
        if report.findings.isEmpty {
            shell.output("Nothing is damaged.\n")
            return .ok
        }
        for finding in report.findings { shell.output("damaged: \(finding)\n") }
        shell.output(
            "Wrote \(report.rewrittenBlocks) blocks and \(report.rewrittenGroupFiles) group files again without what is "
                + "damaged.\n")
        if !report.quarantined.isEmpty {
            shell.output("The damaged files are in \(path)/\(report.quarantine):\n")
            for entry in report.quarantined { shell.output("  \(entry)\n") }
        }
        return .ok
    }
}
