import CYAML

/// Builds the tree of one YAML document from libyaml's events.
///
/// Bounded, so that a small file cannot become large: nesting by `maximumDepth`, and nodes after replacing aliases by
/// `maximumNodes`.
struct YAMLReader {
    private static let maximumDepth = 64
    private static let maximumNodes = 1_000_000

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeBufferPointer<UInt8>
    private var anchors: [String: YAMLNode] = [:]

    /// The document's root; nil when the text holds none (empty, or comments only).
    static func read(_ text: [UInt8]) throws(Problem) -> YAMLNode? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            throw Problem(mark: Mark(line: 1, column: 1), message: "out of memory")
        }
        defer { yaml_parser_delete(parser) }
        // libyaml keeps the pointer while it parses, so the whole reading happens inside this call.
        let result = text.withUnsafeBufferPointer { buffer -> Result<YAMLNode?, Problem> in
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            var reader = YAMLReader(parser: parser, text: buffer)
            do throws(Problem) {
                return .success(try reader.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(parser: UnsafeMutablePointer<yaml_parser_t>, text: UnsafeBufferPointer<UInt8>) {
        self.parser = parser
        self.text = text
    }

    private mutating func document() throws(Problem) -> YAMLNode? {
        _ = try next()
        if try next().type == YAML_STREAM_END_EVENT { return nil }
        guard let root = try node(try next(), depth: 0) else { return nil }
        _ = try next()
        let after = try next()
        if after.type != YAML_STREAM_END_EVENT {
            throw Problem(mark: after.mark, message: "a second document begins here; a configuration is one document")
        }
        return root
    }

    /// What an event said, copied out of libyaml's memory.
    private struct Event {
        var type: yaml_event_type_t
        var mark: Mark
        var anchor: String?
        var tag = ""
        var bytes: [UInt8] = []
        var isPlain = false
    }

    private func next() throws(Problem) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        var result = Event(type: event.type, mark: Self.mark(event.start_mark))
        switch event.type {
        case YAML_ALIAS_EVENT: result.anchor = Self.text(event.data.alias.anchor)
        case YAML_SEQUENCE_START_EVENT: result.anchor = Self.text(event.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: result.anchor = Self.text(event.data.mapping_start.anchor)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            result.anchor = Self.text(scalar.anchor)
            result.tag = Self.text(scalar.tag) ?? ""
            result.bytes = Array(UnsafeBufferPointer(start: scalar.value, count: scalar.length))
            result.isPlain = scalar.plain_implicit == 1 && scalar.style == YAML_PLAIN_SCALAR_STYLE
        default: break
        }
        return result
    }

    /// The node that begins with an event; nil at the end of its parent.
    private mutating func node(_ event: Event, depth: Int) throws(Problem) -> YAMLNode? {
        if depth > Self.maximumDepth { throw Problem(mark: event.mark, message: "nested too deeply") }
        var result: YAMLNode
        switch event.type {
        case YAML_ALIAS_EVENT:
            guard let known = anchors[event.anchor ?? ""] else {
                throw Problem(mark: event.mark, message: "unknown anchor '\(event.anchor ?? "")' referenced")
            }
            return known
        case YAML_SCALAR_EVENT: result = try scalar(event)
        case YAML_SEQUENCE_START_EVENT: result = try sequence(event, depth: depth)
        case YAML_MAPPING_START_EVENT: result = try mapping(event, depth: depth)
        default: return nil
        }
        if result.size > Self.maximumNodes {
            throw Problem(mark: event.mark, message: "aliases make this document too large")
        }
        if let anchor = event.anchor { anchors[anchor] = result }
        return result
    }

    private func scalar(_ event: Event) throws(Problem) -> YAMLNode {
        var bytes = event.bytes
        if event.tag == "tag:yaml.org,2002:binary" {
            guard let decoded = Base64.decode(bytes) else {
                throw Problem(mark: event.mark, message: "!!binary value contains invalid base64 data")
            }
            bytes = decoded
        }
        return YAMLNode(content: .scalar(YAMLScalar(bytes: bytes, isPlain: event.isPlain)), mark: event.mark)
    }

    private mutating func sequence(_ event: Event, depth: Int) throws(Problem) -> YAMLNode {
        var items: [YAMLNode] = []
        while let item = try node(try next(), depth: depth + 1) { items.append(item) }
        let size = items.reduce(1) { $0 + $1.size }
        return YAMLNode(content: .sequence(items), mark: event.mark, size: size)
    }

    private mutating func mapping(_ event: Event, depth: Int) throws(Problem) -> YAMLNode {
        var pairs: [YAMLNode.Pair] = []
        var merged: [YAMLNode] = []
        while let key = try node(try next(), depth: depth + 1) {
            guard let value = try node(try next(), depth: depth + 1) else { break }
            if case .scalar(let scalar) = key.content, scalar.isPlain, scalar.text == "<<" {
                merged.append(value)
            } else {
                pairs.append(YAMLNode.Pair(key: key, value: value))
            }
        }
        for source in merged { try merge(source, into: &pairs) }
        let size = pairs.reduce(1) { $0 + $1.key.size + $1.value.size }
        return YAMLNode(content: .mapping(pairs), mark: event.mark, size: size)
    }

    /// `<<: *base` or a list of such: their keys count where the mapping has none itself; of several the first counts.
    private func merge(_ source: YAMLNode, into pairs: inout [YAMLNode.Pair]) throws(Problem) {
        switch source.content {
        case .mapping(let additions):
            for pair in additions where !pairs.contains(where: { Self.isSameKey($0.key, pair.key) }) {
                pairs.append(pair)
            }
        case .sequence(let sources):
            for item in sources { try merge(item, into: &pairs) }
        case .scalar:
            throw Problem(mark: source.mark, message: "map merge requires map or sequence of maps as the value")
        }
    }

    private static func isSameKey(_ left: YAMLNode, _ right: YAMLNode) -> Bool {
        guard case .scalar(let a) = left.content, case .scalar(let b) = right.content else { return false }
        return a.bytes == b.bytes
    }

    private func failure() -> Problem {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be read"
        let context = parser.pointee.context.map { " " + String(cString: $0) } ?? ""
        var mark = Self.mark(parser.pointee.problem_mark)
        if parser.pointee.error == YAML_READER_ERROR {
            // Errors of the character decoder come with an offset only.
            let before = text.prefix(Int(parser.pointee.problem_offset))
            let line = before.lastIndex(of: UInt8(ascii: "\n")).map { before[($0 + 1)...] } ?? before
            let lines = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
            mark = Mark(line: lines, column: String(decoding: line, as: UTF8.self).count + 1)
        }
        return Problem(mark: mark, message: "yaml: \(problem)\(context)")
    }

    private static func mark(_ mark: yaml_mark_t) -> Mark {
        Mark(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}
