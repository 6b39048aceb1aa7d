import Model

/// Reads arguments by Prometheus's conventions: `--flag=v`, `--flag v`, `--flag`, `--no-flag`; `--` ends the flags.
enum FlagParser {
    static func parse(_ arguments: [String], flags: [Flag]) throws(UsageError) -> FlagValues {
        var values = FlagValues(flags: flags)
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                values.arguments += rest
                break
            }
            if argument.hasPrefix("--") {
                try takeLong(argument.dropFirst(2), &rest, flags, &values)
            } else if argument.hasPrefix("-"), argument.count > 1 {
                try takeShort(argument.dropFirst(), &rest, flags, &values)
            } else {
                values.arguments.append(argument)
            }
        }
        return values
    }

    private static func takeLong(
        _ text: Substring, _ rest: inout ArraySlice<String>, _ flags: [Flag], _ values: inout FlagValues
    ) throws(UsageError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let value = parts.count > 1 ? String(parts[1]) : nil
        if let flag = flags.first(where: { $0.name == name }) {
            return try take(flag, value, &rest, &values)
        }
        if name.hasPrefix("no-"), value == nil,
            let flag = flags.first(where: { $0.name == name.dropFirst(3) }), case .boolean = flag.kind
        {
            return try values.add("false", to: flag)
        }
        let near = NearestName.find(name, among: flags.filter { $0.withoutEffect == nil }.map(\.name))
        throw UsageError("unknown flag --\(name)" + (near.map { ", did you mean --\($0)?" } ?? ""))
    }

    /// `-o json`, `-ojson`
    private static func takeShort(
        _ text: Substring, _ rest: inout ArraySlice<String>, _ flags: [Flag], _ values: inout FlagValues
    ) throws(UsageError) {
        guard let flag = flags.first(where: { $0.short == text.first }) else {
            throw UsageError("unknown flag -\(text) (a value that begins with - is written --flag=-1, or after --)")
        }
        let value = text.dropFirst()
        try take(flag, value.isEmpty ? nil : String(value), &rest, &values)
    }

    private static func take(
        _ flag: Flag, _ value: String?, _ rest: inout ArraySlice<String>, _ values: inout FlagValues
    ) throws(UsageError) {
        if case .boolean = flag.kind {
            let value = value ?? "true"
            guard value == "true" || value == "false" else {
                throw UsageError("flag --\(flag.name) must be true or false, not \(GoText.quoted(value))")
            }
            return try values.add(value, to: flag)
        }
        guard let value = value ?? rest.popFirst() else {
            throw UsageError("flag --\(flag.name) needs a value")
        }
        try values.add(value, to: flag)
    }
}
