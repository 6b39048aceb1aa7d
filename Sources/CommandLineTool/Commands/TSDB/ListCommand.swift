import Model
import Storage

/// `apus tsdb list`: a table of what stands in a data directory.
struct ListCommand: DirectoryCommand {
    let name = "tsdb list"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb list [DIR]",
            summary: "Lists blocks, windows that are no block yet, and logs of a data directory (default data).",
            examples: ["apus tsdb list /var/lib/apus"])
    }

    func run(_ path: String, _ values: FlagValues, _ shell: Shell) throws -> ExitCode {
        let contents = try DirectoryArgument.stopped(path, shell).contents()
        shell.output(contents.blocks.isEmpty ? "No blocks yet.\n" : Self.blocks(contents.blocks))
        if !contents.windows.isEmpty { shell.output("\n" + Self.windows(contents.windows)) }
        var logs = TextTable([("LOG", .left), ("SEGMENTS", .right), ("BYTES", .right)])
        logs.rows = contents.logs.map { [$0.name, "\($0.segments)", "\($0.bytes)"] }
        shell.output("\n" + logs.text)
        let problems = contents.blocks.compactMap(\.problem)
        for problem in problems { shell.error("damaged: \(problem)\n") }
        return problems.isEmpty ? .ok : .failed
    }

    private static func blocks(_ blocks: [StoreContents.Block]) -> String {
        var table = TextTable([
            ("BLOCK", .left), ("FIRST", .left), ("LAST", .left), ("LEVEL", .right), ("SERIES", .right),
            ("TIMELINES", .right), ("SAMPLES", .right), ("BYTES", .right), ("B/SAMPLE", .right), ("DELETED", .right),
        ])
        table.rows = blocks.map { block in
            guard let found = block.description else {
                return [block.name, "cannot be opened", "", "", "", "", "", "\(block.bytes)", "", ""]
            }
            let density = found.samples > 0 ? Double(block.bytes) / Double(found.samples) : 0
            return [
                block.name, time(found.firstTime), time(found.lastTime), "\(found.level)", "\(found.series)",
                "\(found.timelines)", "\(found.samples)", "\(block.bytes)",
                ShortNumber.text((density * 1000).rounded() / 1000),
                found.deletedSeries > 0 ? "\(found.deletedSeries) series" : "",
            ]
        }
        return table.text
    }

    private static func windows(_ windows: [StoreContents.Window]) -> String {
        var table = TextTable([
            ("WINDOW", .left), ("LAST", .left), ("SERIES", .right), ("GROUPS", .right), ("BYTES", .right),
        ])
        table.rows = windows.map {
            [time($0.firstTime), time($0.lastTime), "\($0.series)", "\($0.groups)", "\($0.bytes)"]
        }
        return table.text
    }

    /// `2026-11-20T05:02:00Z`
    static func time(_ milliseconds: Int64) -> String {
        String(TimeText.rfc3339(milliseconds).prefix { $0 != "." }) + "Z"
    }
}
