/// One flag of a command.
struct Flag: Sendable {
    enum Kind: Sendable {
        /// `--name`, `--no-name`, `--name=false`
        case boolean(default: Bool)
        /// `--name=value`, `--name value`; may be given once.
        case value(placeholder: String, default: String?)
        /// As `value`, and may be given several times.
        case list(placeholder: String, default: [String])
    }

    /// Without dashes.
    var name: String
    /// For `-o` and the like.
    var short: Character?
    var kind: Kind
    var help: String
    /// Why the flag is accepted although it does nothing here; such flags are not in the help.
    var withoutEffect: String?

    init(_ name: String, short: Character? = nil, _ kind: Kind, _ help: String) {
        self.name = name
        self.short = short
        self.kind = kind
        self.help = help
    }

    /// A flag of Prometheus that unit files carry and that needs no counterpart here.
    static func withoutEffect(_ name: String, _ kind: Kind, because reason: String) -> Flag {
        var flag = Flag(name, kind, "")
        flag.withoutEffect = reason
        return flag
    }
}

/// The call was wrong: said on the error stream with the way to the help, exit code 2.
struct UsageError: Error {
    var message: String

    init(_ message: String) { self.message = message }
}
