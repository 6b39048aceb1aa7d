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
        let files = shell.files
        // The text is read more than once.
        let spool = argument == "-" ? "\(store.path)/\(Self.spoolName)" : nil
        defer { if let spool { try? files.remove(spool) } }
        if let spool { try copyInput(to: files.open(spool, .create), shell) }
        do {
            return try OpenMetricsImport(
                into: store.database, clock: shell.clock, settle: store.settle, finish: store.finish,
                progress: line.show
            ).run(files.open(spool ?? argument, .read))
        } catch let error as PageError {
            throw CommandFailure("\(spool == nil ? argument : "standard input"): \(error)")
        }
    }

    /// In the data directory, while the standard input is imported.
    private static let spoolName = "import.tmp"

    private func copyInput(to file: any File, _ shell: Shell) throws {
        try file.truncate(to: 0)
        let buffer = ByteBuffer(capacity: 1 << 20)
        while true {
            let room = UnsafeMutableRawBufferPointer(start: buffer.base, count: 1 << 20)
            guard let count = shell.read(room) else { throw CommandFailure("standard input cannot be read") }
            if count == 0 { return }
            try file.append(UnsafeRawBufferPointer(start: buffer.base, count: count))
        }
    }
}
