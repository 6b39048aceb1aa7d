/// A subcommand.
protocol Command: Sendable {
    /// `query`, `check config`
    var name: String { get }
    var help: CommandHelp { get }
    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode
}
