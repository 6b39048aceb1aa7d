import Configuration
import Model
import Platform

/// `apus check config`: says whether a server would take a configuration file.
struct CheckConfigurationCommand: Command {
    let name = "check config"

    /// A scrape less often than this leaves gaps in every graph (the default of --query.lookback-delta).
    private static let lookback: Int64 = 300_000

    var help: CommandHelp {
        CommandHelp(
            usage: "check config [flags] FILE...",
            summary: "Loads configuration files as the server does and says what is wrong with them.",
            flags: [
                Flag(
                    "lint", .boolean(default: false),
                    "Exit with 3 when a file is valid but doubtful: sections without effect, unset variables, scrape "
                        + "intervals above 5m.")
            ],
            examples: ["apus check config prometheus.yml"])
    }

    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode {
        if values.arguments.isEmpty { throw UsageError("a file is missing") }
        var result = ExitCode.ok
        for file in values.arguments {
            guard let findings = check(file, shell) else {
                result = .failed
                continue
            }
            for finding in findings { shell.error("\(file): \(finding)\n") }
            if !findings.isEmpty, values.isOn("lint"), result == .ok { result = .findings }
        }
        return result
    }

    /// What is doubtful; nil when the file was refused.
    private func check(_ file: String, _ shell: Shell) -> [String]? {
        do {
            let text = try shell.files.contents(of: file)
            let configuration = try ConfigurationLoader.load(text, file: file, environment: shell.variable)
            let targets = configuration.scrapes.flatMap(\.groups).reduce(0) { $0 + $1.targets.count }
            shell.output("\(file): valid (jobs: \(configuration.scrapes.count), targets: \(targets))\n")
            return Self.findings(configuration)
        } catch {
            shell.error("\(error)\n")
            return nil
        }
    }

    private static func findings(_ configuration: ServerConfiguration) -> [String] {
        configuration.ignored.map { "line \($0.line): \($0.key) is accepted but has no effect yet" }
            + configuration.unsetVariables.map { "external_labels: environment variable \($0) has no value" }
            + configuration.scrapes.filter { $0.interval > lookback }.map {
                "job \(GoText.quoted($0.jobName)): scrape_interval \(DurationText.text($0.interval)) is longer than the "
                    + "lookback of 5m: expressions will see gaps"
            }
    }
}
