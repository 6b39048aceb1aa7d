import Model

/// A mapping that is read key by key. `finish` refuses the keys nobody took, so nothing is ignored silently.
struct Section {
    /// Go's name of the type in messages, the one people find when they search for them.
    let type: String
    let mark: Mark
    private var rest: [YAMLNode.Pair]
    private var taken: [String] = []

    /// Refuses what is no mapping and keys that stand twice. Nothing at all counts as an empty mapping.
    init(_ node: YAMLNode, type: String) throws(Problem) {
        self.type = type
        mark = node.mark
        rest = try Self.pairs(of: node) { "field \($0) already set in type \(type)" }
    }

    /// Pairs with a text for a key, each once.
    static func pairs(
        of node: YAMLNode, repeated message: (String) -> String
    ) throws(Problem) -> [YAMLNode.Pair] {
        if node.isNull { return [] }
        guard case .mapping(let pairs) = node.content else {
            throw Problem(mark: node.mark, message: "expected a mapping (key: value), found \(node.kind)")
        }
        var seen: Set<[UInt8]> = []
        for pair in pairs {
            guard case .scalar(let key) = pair.key.content else {
                throw Problem(mark: pair.key.mark, message: "expected a key, found \(pair.key.kind)")
            }
            if !seen.insert(key.bytes).inserted { throw Problem(mark: pair.key.mark, message: message(key.text)) }
        }
        return pairs
    }

    /// The value of a key; nil when the key is missing or has no value.
    mutating func take(_ key: String) -> YAMLNode? {
        taken.append(key)
        guard let index = rest.firstIndex(where: { $0.key.text == key }) else { return nil }
        let node = rest.remove(at: index).value
        return node.isNull ? nil : node
    }

    mutating func string(_ key: String) throws(Problem) -> String? {
        guard let node = take(key) else { return nil }
        return try node.string()
    }

    mutating func boolean(_ key: String) throws(Problem) -> Bool? {
        guard let node = take(key) else { return nil }
        if case .scalar(let scalar) = node.content, let value = scalar.boolean { return value }
        throw Problem(mark: node.mark, message: "\(key) must be true or false, not \(node.kind)")
    }

    /// Milliseconds and where they stand.
    mutating func duration(_ key: String) throws(Problem) -> (value: Int64, mark: Mark)? {
        guard let node = take(key) else { return nil }
        let text = try node.string()
        do throws(DurationText.Problem) {
            return (try DurationText.parse(text), node.mark)
        } catch {
            throw Problem(mark: node.mark, message: "\(key): \(error.description) (write it like 15s or 1m30s)")
        }
    }

    /// A plain number and where it stands.
    mutating func number(_ key: String) throws(Problem) -> (value: Double, mark: Mark)? {
        guard let node = take(key) else { return nil }
        if case .scalar(let scalar) = node.content, scalar.isPlain, let value = FloatText.parse(scalar.text) {
            return (value, node.mark)
        }
        throw Problem(mark: node.mark, message: "\(key) must be a number, not \(node.kind)")
    }

    /// A whole number from 0 on.
    mutating func count(_ key: String) throws(Problem) -> Int? {
        guard let (value, mark) = try number(key) else { return nil }
        if value >= 0, let count = Int(exactly: value) { return count }
        throw Problem(mark: mark, message: "\(key) must be a whole number from 0 on, not \(FloatText.general(value))")
    }

    /// Bytes, for which only 0 needs no unit, and where they stand.
    mutating func byteSize(_ key: String) throws(Problem) -> (value: Int64, mark: Mark)? {
        guard let node = take(key) else { return nil }
        guard case .scalar(let scalar) = node.content else {
            throw Problem(mark: node.mark, message: "\(key) must be like 512MB, not \(node.kind)")
        }
        do throws(ByteSizeText.Problem) { return (try ByteSizeText.parse(scalar.text), node.mark) } catch {
            throw Problem(mark: node.mark, message: "\(key): \(error.description) (write it like 512MB)")
        }
    }

    mutating func list(_ key: String) throws(Problem) -> [YAMLNode] {
        guard let node = take(key) else { return [] }
        return try node.list(of: key)
    }

    /// Refuses the keys that are left: `unsupported` ones as known but missing here, all others as unknown.
    func finish(unsupported: Set<String> = []) throws(Problem) {
        guard let pair = rest.first else { return }
        let key = pair.key.text
        if unsupported.contains(key) {
            throw Problem(
                mark: pair.key.mark, message: "\(key) is not supported yet: remove it to go on without it")
        }
        var message = "field \(key) not found in type \(type)"
        if let near = NearestName.find(key, among: taken) { message += " (did you mean \(near)?)" }
        throw Problem(mark: pair.key.mark, message: message)
    }
}

extension YAMLNode {
    /// The text of a scalar.
    func string() throws(Problem) -> String {
        guard case .scalar(let scalar) = content else {
            throw Problem(mark: mark, message: "expected a text, found \(kind)")
        }
        guard let text = scalar.validText else {
            throw Problem(mark: mark, message: "\(kind) is not valid UTF-8")
        }
        return text
    }

    /// Nothing at all counts as an empty list.
    func list(of key: String) throws(Problem) -> [YAMLNode] {
        if isNull { return [] }
        guard case .sequence(let items) = content else {
            throw Problem(mark: mark, message: "\(key) must be a list (- item), found \(kind)")
        }
        return items
    }

    /// The text of a key or other scalar that was checked before.
    var text: String {
        if case .scalar(let scalar) = content { return scalar.text }
        return ""
    }
}
