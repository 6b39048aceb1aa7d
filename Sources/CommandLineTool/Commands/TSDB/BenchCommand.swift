import Model
import Platform
import Storage

/// `apus tsdb bench`: how fast this machine writes and reads samples, on a directory of its own.
struct BenchCommand: Command {
    let name = "tsdb bench"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb bench [flags] [DIR]",
            summary:
                "Writes made-up scrapes into a new data directory (default benchout), reads them back, prints rates "
                + "and sizes, and removes the directory.",
            flags: [
                Flag("series", .value(placeholder: "COUNT", default: "10000"), "Series, a thousand to a target."),
                Flag("scrapes", .value(placeholder: "COUNT", default: "720"), "Scrapes of each target, 15 s apart."),
                Flag("keep", .boolean(default: false), "Leave the directory."),
            ],
            examples: ["apus tsdb bench", "apus tsdb bench --series=200000 --scrapes=480 /mnt/disk/bench"])
    }

    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode {
        guard values.arguments.count <= 1 else { throw UsageError("one argument is expected: the directory to make") }
        let path = DirectoryArgument.trimmed(values.arguments.first ?? "benchout")
        let series = try values.positiveInteger("series") ?? 10_000
        let scrapes = try values.positiveInteger("scrapes") ?? 720
        do {
            if try shell.files.status(path) != nil {
                throw CommandFailure("\(path) is there already: name a directory that is not")
            }
            let bench = StoreBench(path, shell, series: series, scrapes: scrapes)
            let result = Result { try bench.run() }
            if !values.isOn("keep") { try shell.files.removeTree(path) }
            shell.output(try result.get())
            return .ok
        } catch {
            shell.error("apus \(name): \(error)\n")
            return .failed
        }
    }
}
