import Model
import Storage

/// The argument of commands that work on a data directory of which no server is running: `[DIR]`.
enum DirectoryArgument {
    /// Named in the lock while a command works.
    static let owner = "an apus tsdb command"

    static func path(_ values: FlagValues) throws(UsageError) -> String {
        guard values.arguments.count <= 1 else { throw UsageError("one argument is expected: the data directory") }
        return trimmed(values.arguments.first ?? "data")
    }

    /// Without slashes at the end.
    static func trimmed(_ text: String) -> String {
        var path = text
        while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
        return path
    }

    static func stopped(_ path: String, _ shell: Shell) throws(StorageError) -> StoppedStore {
        try StoppedStore(path, files: shell.files, owner: owner)
    }
}

/// A command on a data directory that ends with a message and a failure when something goes wrong.
protocol DirectoryCommand: Command {
    func run(_ path: String, _ values: FlagValues, _ shell: Shell) throws -> ExitCode
}

extension DirectoryCommand {
    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode {
        let path = try DirectoryArgument.path(values)
        do {
            return try run(path, values, shell)
        } catch let error as UsageError {
            throw error
        } catch {
            shell.error("apus \(name): \(error)\n")
            return .failed
        }
    }
}
