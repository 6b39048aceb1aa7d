import Model

/// Label sets as mappings: `external_labels`, and `labels` of static targets.
enum LabelSection {
    /// Names and values with the place of the value. Any UTF-8 name but the empty one is valid.
    static func read(_ node: YAMLNode?) throws(Problem) -> [(label: Label, mark: Mark)] {
        guard let node else { return [] }
        let pairs = try Section.pairs(of: node) { "key \(GoText.quoted($0)) already set in map" }
        var result: [(label: Label, mark: Mark)] = []
        for pair in pairs {
            guard case .scalar(let key) = pair.key.content, let name = key.validText, !name.isEmpty else {
                throw Problem(mark: pair.key.mark, message: "\(pair.key.kind) is not a valid label name")
            }
            guard case .scalar(let scalar) = pair.value.content else {
                throw Problem(
                    mark: pair.value.mark, message: "the value of label \(name) must be a text, not \(pair.value.kind)")
            }
            guard let value = scalar.validText else {
                throw Problem(mark: pair.value.mark, message: "\(pair.value.kind) is not a valid label value")
            }
            result.append((Label(name, scalar.isNull ? "" : value), pair.value.mark))
        }
        return result
    }
}
