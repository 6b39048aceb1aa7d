import Model

/// What the flags of a call say, defaults included.
struct FlagValues {
    /// Values in the order they were given; booleans as `true` or `false`.
    private(set) var given: [String: [String]] = [:]
    /// What is no flag.
    var arguments: [String] = []
    private let flags: [Flag]

    init(flags: [Flag]) { self.flags = flags }

    mutating func add(_ value: String, to flag: Flag) throws(UsageError) {
        if case .value = flag.kind, given[flag.name] != nil {
            throw UsageError("flag --\(flag.name) is given twice")
        }
        given[flag.name, default: []].append(value)
    }

    /// The value given or the default; nil when there is neither.
    func text(_ name: String) -> String? {
        if let value = given[name]?.last { return value }
        guard let flag = flags.first(where: { $0.name == name }) else { return nil }
        switch flag.kind {
        case .boolean(let preset): return String(preset)
        case .value(_, let preset): return preset
        case .list(_, let preset): return preset.last
        }
    }

    func all(_ name: String) -> [String] {
        if let values = given[name] { return values }
        guard let flag = flags.first(where: { $0.name == name }), case .list(_, let preset) = flag.kind else {
            return []
        }
        return preset
    }

    func isOn(_ name: String) -> Bool { text(name) == "true" }

    /// Milliseconds.
    func duration(_ name: String) throws(UsageError) -> Int64? {
        guard let text = text(name) else { return nil }
        do throws(DurationText.Problem) {
            return try DurationText.parse(text)
        } catch {
            throw UsageError("flag --\(name): \(error.description) (write it like 15s or 1h30m)")
        }
    }

    func positiveInteger(_ name: String) throws(UsageError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text), value > 0 else {
            throw UsageError("flag --\(name) must be a whole number above 0, not \(GoText.quoted(text))")
        }
        return value
    }

    /// A number of bytes above 0, alone or with B, KB, MB, GB, TB (powers of 1024, as Prometheus has them).
    func bytes(_ name: String) throws(UsageError) -> Int? {
        guard let text = text(name) else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).uppercased()
        let shift = ["": 0, "B": 0, "KB": 10, "MB": 20, "GB": 30, "TB": 40][unit]
        guard let number = Int(digits), number > 0, let shift, number <= Int.max >> shift else {
            throw UsageError("flag --\(name) must be a size like 512MB or 2GB, not \(GoText.quoted(text))")
        }
        return number << shift
    }

    /// A size that needs a unit, as Prometheus's flags have it.
    func byteSize(_ name: String) throws(UsageError) -> Int64? {
        guard let text = text(name) else { return nil }
        do throws(ByteSizeText.Problem) {
            let bytes = try ByteSizeText.parse(text)
            if bytes >= 0 { return bytes }
        } catch {
            throw UsageError("flag --\(name): \(error.description) (write it like 512MB)")
        }
        throw UsageError("flag --\(name) must not be below 0")
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(UsageError) -> Choice? where Choice.RawValue == String {
        guard let text = text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError("flag --\(name) must be one of \(known), not \(GoText.quoted(text))")
    }

    /// The flags that were given and do nothing here.
    var givenWithoutEffect: [(name: String, reason: String)] {
        flags.compactMap { flag in
            guard given[flag.name] != nil, let reason = flag.withoutEffect else { return nil }
            return (flag.name, reason)
        }
    }

    /// All flags that have an effect, with the values that hold, as the API shows them.
    var effective: [(name: String, value: String)] {
        flags.filter { $0.withoutEffect == nil }.map { flag in
            if case .list = flag.kind { return (flag.name, all(flag.name).joined(separator: ",")) }
            return (flag.name, text(flag.name) ?? "")
        }
    }
}
