import HTTP
import Model
import Platform
import Server
import Telemetry

/// The `apus` command: subcommands by name, `serve` when there is none.
package enum CommandLineTool {
    private static let commands: [any Command] = [
        ServeCommand(), QueryCommand(), CheckConfigurationCommand(), FormatExpressionCommand(),
        ImportPrometheusCommand(), ImportOpenMetricsCommand(), ExportPrometheusCommand(), DumpCommand(),
        SnapshotCommand(), ListCommand(), AnalyzeCommand(), DigestCommand(), VerifyCommand(), RepairCommand(),
        BenchCommand(),
    ]

    /// Named so that a call tells what is to come instead of being an error nobody understands.
    private static let planned = ["test"]

    /// Runs and returns the exit code: 0 ok, 1 failed, 2 usage, 3 lint findings.
    package static func run(_ arguments: [String]) -> Int32 {
        run(arguments, in: processShell()).rawValue
    }

    static func run(_ arguments: [String], in shell: Shell) -> ExitCode {
        let first = arguments.first ?? "serve"
        switch first {
        case "help", "--help", "-h":
            return help(Array(arguments.dropFirst()), in: shell)
        case "version", "--version":
            shell.output(versionText)
            return .ok
        default: break
        }
        if first.hasPrefix("-") { return run(ServeCommand(), arguments, in: shell) }
        if let command = command(arguments) {
            let words = command.name.split(separator: " ").count
            return run(command, Array(arguments.dropFirst(words)), in: shell)
        }
        let group = Array(arguments.prefix { !$0.hasPrefix("-") })
        if let listing = listing(group) {
            if arguments.contains("--help") || arguments.contains("-h") {
                shell.output(listing)
                return .ok
            }
            if group.count == arguments.count {
                shell.error("apus \(group.joined(separator: " ")): one of its commands is expected:\n\(listing)")
                return .usage
            }
        }
        if planned.contains(first) {
            shell.error("apus \(arguments.prefix(2).joined(separator: " ")): not yet\n")
            return .usage
        }
        let near =
            NearestName.find(arguments.prefix(2).joined(separator: " "), among: commands.map(\.name))
            ?? NearestName.find(first, among: commands.map(\.name) + ["version", "help"])
        shell.error(
            "apus: unknown command \(GoText.quoted(first))" + (near.map { ", did you mean \($0)?" } ?? "") + "\n")
        shell.error("The commands: apus help\n")
        return .usage
    }

    /// The command that the first words name.
    private static func command(_ arguments: [String]) -> (any Command)? {
        if arguments.isEmpty { return ServeCommand() }
        return commands.first { command in
            let words = command.name.split(separator: " ").map(String.init)
            return Array(arguments.prefix(words.count)) == words
        }
    }

    /// The commands whose names begin with these words and go on; nil when there is none.
    private static func listing(_ group: [String]) -> String? {
        let start = group.joined(separator: " ") + " "
        let found = commands.filter { $0.name.hasPrefix(start) }
        return group.isEmpty || found.isEmpty ? nil : table(found).text
    }

    private static func table(_ commands: [any Command]) -> TextTable {
        var table = TextTable([("COMMAND", .left), ("", .left)])
        table.rows = commands.map { [$0.name, $0.help.summary] }
        return table
    }

    private static func run(_ command: any Command, _ arguments: [String], in shell: Shell) -> ExitCode {
        let flags = arguments.prefix { $0 != "--" }
        if flags.contains("--help") || flags.contains("-h") {
            shell.output(command.help.text)
            return .ok
        }
        do throws(UsageError) {
            return try command.run(FlagParser.parse(arguments, flags: command.help.flags), shell)
        } catch {
            shell.error("apus \(command.name): \(error.message)\nSee `apus \(command.name) --help`.\n")
            return .usage
        }
    }

    private static func help(_ arguments: [String], in shell: Shell) -> ExitCode {
        if !arguments.isEmpty, let command = command(arguments) {
            shell.output(command.help.text)
            return .ok
        }
        if let listing = listing(arguments) {
            shell.output(listing)
            return .ok
        }
        let build = BuildInformation.apus
        var text = "Apus \(build.version), a monitoring server that speaks Prometheus.\n\n"
        text += "Usage: apus [command] [flags]\n\n"
        var table = table(commands)
        table.rows += [["version", "Prints the version."], ["help", "Prints this, or the help of a command."]]
        text += table.text
        text += "\nWithout a command the server runs: apus --config.file=prometheus.yml\n"
        text += "Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 valid but doubtful (check --lint).\n"
        shell.output(text)
        return .ok
    }

    private static var versionText: String {
        let build = BuildInformation.apus
        return "apus \(build.version) (interfaces of Prometheus \(BuildInformation.compatibleVersion))\n"
    }

    /// The real thing: this process's streams, environment, files and network.
    private static func processShell() -> Shell {
        let size = StandardStream.output.terminalSize
        let columns = Environment.value("COLUMNS").flatMap { Int($0) } ?? size?.columns ?? 80
        return Shell(
            output: { StandardStream.output.write($0) },
            write: { StandardStream.output.write($0) },
            error: { StandardStream.error.write($0) },
            read: { StandardStream.input.read(into: $0) },
            isTerminal: StandardStream.output.isTerminal,
            showsProgress: StandardStream.error.isTerminal,
            size: (max(columns, 40), size?.rows ?? 24),
            variable: { Environment.value($0) },
            clock: SystemTime(),
            files: SystemFileSystem(),
            send: { request throws(HTTPClientError) in try HTTPClient.send(request) })
    }
}
