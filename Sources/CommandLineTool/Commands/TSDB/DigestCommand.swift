import Model
import Platform
import Storage
import Transfer

/// `apus tsdb digest`: a hash of all series and samples.
struct DigestCommand: DirectoryCommand {
    let name = "tsdb digest"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb digest [flags] [DIR]",
            summary:
                "Prints a hash of all series and samples of a data directory (default data). Equal hashes mean equal "
                + "data, however it is stored: before and after restart, compaction, snapshot, export and import.",
            flags: SampleChoice.flags,
            examples: [
                "apus tsdb digest /var/lib/apus",
                "apus tsdb digest --match='up' --end=2026-11-20T00:00:00Z /var/lib/apus",
            ])
    }

    func run(_ path: String, _ values: FlagValues, _ shell: Shell) throws -> ExitCode {
        let choice = try SampleChoice(values, now: shell.clock.wallMilliseconds())
        let store = try OfflineStore.reading(path, shell)
        let line = ProgressLine("Reading", shell)
        let result = Result {
            try SampleDigest(
                store.database.snapshot(), choice.matchers, start: choice.start, end: choice.end
            ) { line.show(TransferProgress(fraction: $0, samples: $1)) }
        }
        line.end()
        let digest = try result.get()
        shell.output("\(digest.text)  \(digest.series) series, \(digest.samples) samples\n")
        return .ok
    }
}
