import Storage
import Transfer

/// What the import commands have in common: flags, the store, the bar, the summary, the exit code.
protocol ImportCommand: Command {
    /// Brings the argument's data in.
    func run(_ argument: String, _ store: OfflineStore, _ line: ProgressLine, _ shell: Shell) throws -> ImportReport
}

extension ImportCommand {
    static var flags: [Flag] { [OfflineStore.pathFlag, OfflineStore.retentionFlag] }

    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode {
        guard values.arguments.count == 1, let argument = values.arguments.first else {
            throw UsageError("one argument is expected: what to import")
        }
        let retention = try values.duration(OfflineStore.retentionFlag.name)
        do {
            let store = try OfflineStore.open(values, shell, retention: retention, takesAnyTime: true)
            let line = ProgressLine("Importing", shell)
            let result = Result { try run(argument, store, line, shell) }
            line.end()
            try store.close()
            let report = try result.get()
            shell.output(ImportSummary.text(report, line))
            shell.error(ImportSummary.damages(report))
            return report.damageCount == 0 ? .ok : .failed
        } catch {
            shell.error("apus \(name): \(error)\n")
            return .failed
        }
    }
}
