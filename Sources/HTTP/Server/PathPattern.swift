import Platform

/// A path in which parts that begin with `:` stand for one segment each: `/api/v1/label/:name/values`.
struct PathPattern: Sendable {
    private enum Part {
        case literal([UInt8])
        case parameter(String)
    }

    private let parts: [Part]

    init(_ text: String) {
        parts = text.split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.hasPrefix(":") ? .parameter(String(part.dropFirst())) : .literal(Array(part.utf8))
        }
    }

    /// What stands for the parts with names, percent-decoded; nil for a path that does not follow the pattern.
    func match(_ path: String) -> [String: String]? {
        var found: [String: String] = [:]
        var rest = path.utf8[...]
        for (number, part) in parts.enumerated() {
            let isLast = number == parts.count - 1
            let end = rest.firstIndex(of: UInt8(ascii: "/"))
            if (end == nil) != isLast { return nil }
            let segment = rest[..<(end ?? rest.endIndex)]
            switch part {
            case .literal(let text): if !segment.elementsEqual(text) { return nil }
            case .parameter(let name):
                if segment.isEmpty { return nil }
                found[name] = PercentText.decode(segment, plusIsBlank: false)
            }
            if let end { rest = rest[rest.index(after: end)...] }
        }
        return found
    }
}
