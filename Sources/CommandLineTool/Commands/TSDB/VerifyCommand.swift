import Catalog
import Storage
import Transfer

/// `apus tsdb verify`: reads everything and says what is damaged.
struct VerifyCommand: DirectoryCommand {
    let name = "tsdb verify"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb verify [DIR]",
            summary: "Reads every checksum and decodes every chunk of a data directory (default data); names what is "
                + "damaged with file and offset, and where the catalog differs from the blocks. Changes nothing.",
            examples: ["apus tsdb verify /var/lib/apus"])
    }

    func run(_ path: String, _ values: FlagValues, _ shell: Shell) throws -> ExitCode {
        let store = try DirectoryArgument.stopped(path, shell)
        let line = ProgressLine("Verifying", shell)
        let result = Result {
            try store.verify { line.show(TransferProgress(fraction: $0, samples: $1)) }
        }
        line.end()
        let report = try result.get()
        shell.output(
            "Read \(report.blocks) blocks, \(report.groups) row groups and \(report.frames) log frames: "
                + "\(report.samples) samples, \(report.bytes) bytes.\n")
        var damages = report.findings.map(\.description)
        do {
            let differences = try Catalog.differences(
                directory: path, files: shell.files, blocks: store.blockListing())
            for difference in differences { shell.output("\(Catalog.fileName): \(difference)\n") }
            // The catalog follows the blocks by seconds, so this is what a kill leaves behind.
            if !differences.isEmpty {
                shell.output("The next start of the server makes this good, or `apus tsdb repair \(path)`.\n")
            }
        } catch {
            damages.append("\(error)")
        }
        for damage in damages { shell.error("damaged: \(damage)\n") }
        if damages.isEmpty { return .ok }
        shell.error("\(damages.count) damages. `apus tsdb repair \(path)` keeps what is readable.\n")
        return .failed
    }
}
