/// The help page of one command.
struct CommandHelp: Sendable {
    /// After `apus `: `query [flags] EXPRESSION`
    var usage: String
    var summary: String
    var flags: [Flag] = []
    /// Shown at the end as they are.
    var examples: [String] = []

    var text: String {
        var result = "Usage: apus \(usage)\n\n\(summary)\n"
        let shown = flags.filter { $0.withoutEffect == nil }
        if !shown.isEmpty { result += "\nFlags:\n" + shown.map(Self.entry).joined() }
        if !examples.isEmpty { result += "\nExamples:\n" + examples.map { "  \($0)\n" }.joined() }
        return result
    }

    private static func entry(_ flag: Flag) -> String {
        var name = flag.short.map { "-\($0), " } ?? ""
        var preset = ""
        switch flag.kind {
        case .boolean(let value):
            name += value ? "--[no-]\(flag.name)" : "--\(flag.name)"
        case .value(let placeholder, let value):
            name += "--\(flag.name)=\(placeholder)"
            preset = value.map { " (default \($0))" } ?? ""
        case .list(let placeholder, let values):
            name += "--\(flag.name)=\(placeholder)"
            preset = " (repeatable" + (values.isEmpty ? ")" : "; default \(values.joined(separator: ", ")))")
        }
        return "  \(name)\n        \(flag.help)\(preset)\n"
    }
}
