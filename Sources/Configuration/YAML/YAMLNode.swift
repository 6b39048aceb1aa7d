/// A place in a file; line and column count from 1, columns in characters.
struct Mark: Sendable, Equatable {
    var line: Int
    var column: Int
}

/// A problem at a place; the loader adds the file's name.
struct Problem: Error {
    var mark: Mark
    var message: String
}

/// One node of a YAML document, aliases replaced by what they stand for.
struct YAMLNode: Sendable {
    struct Pair: Sendable {
        var key: YAMLNode
        var value: YAMLNode
    }

    enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In file order; merge keys (`<<`) are resolved, repeated keys are still here.
        case mapping([Pair])
    }

    var content: Content
    var mark: Mark
    /// Nodes in this subtree, counting what aliases stand for each time.
    var size = 1

    /// `null`, `~` or nothing at all.
    var isNull: Bool {
        if case .scalar(let scalar) = content { return scalar.isNull }
        return false
    }

    /// What stands here, for messages.
    var kind: String {
        switch content {
        case .scalar(let scalar): return scalar.isNull ? "nothing" : GoScalar.quoted(scalar.bytes)
        case .sequence: return "a list"
        case .mapping: return "a mapping"
        }
    }
}
