import Catalog
import Platform
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
                + "readable of it; makes the catalog say what the blocks say. Deletes nothing.",
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
        if report.findings.isEmpty { shell.output("Nothing is damaged.\n") } else { show(report, path, shell) }
        return try reconcileCatalog(path, logger, shell) ? .ok : .failed
    }

    private func show(_ report: RepairReport, _ path: String, _ shell: Shell) {
        for finding in report.findings { shell.output("damaged: \(finding)\n") }
        shell.output(
            "Wrote \(report.rewrittenBlocks) blocks and \(report.rewrittenGroupFiles) group files again without what is "
                + "damaged.\n")
        if report.quarantined.isEmpty { return }
        shell.output("The damaged files are in \(path)/\(report.quarantine):\n")
        for entry in report.quarantined { shell.output("  \(entry)\n") }
    }

    /// False when the catalog cannot be used, which has been said.
    private func reconcileCatalog(_ path: String, _ logger: Logger, _ shell: Shell) throws -> Bool {
        // The server begins one that is not there.
        if try shell.files.status("\(path)/\(Catalog.fileName)") == nil { return true }
        let store = try DirectoryArgument.stopped(path, shell)
        let catalog = Catalog(directory: path, files: shell.files, registry: MetricRegistry(), logger: logger)
        defer { catalog.close() }
        guard let differences = catalog.reconcile(try store.blockListing()) else { return false }
        for difference in differences { shell.output("\(Catalog.fileName): \(difference)\n") }
        if !differences.isEmpty { shell.output("It says what the blocks say now.\n") }
        return true
    }
}
