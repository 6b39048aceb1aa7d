/// The `apus` command: subcommands by name, `serve` when there is none.
package enum CommandLineTool {
    /// Runs and returns the exit code: 0 ok, 1 failed, 2 usage, 3 lint findings.
    package static func run(_ arguments: [String]) -> Int32 { 2 }
}
