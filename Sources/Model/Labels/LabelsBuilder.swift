/// Collects labels in any order and makes a `Labels` of them.
package struct LabelsBuilder {
    private var entries: [Label] = []

    package init() {}

    package init(_ base: Labels) { entries = base.array }

    package subscript(name: String) -> String? { entries.first { $0.name == name }?.value }

    /// Sets or replaces a label; an empty value removes it.
    package mutating func set(_ name: String, _ value: String) {
        if value.isEmpty { return remove(name) }
        if let index = entries.firstIndex(where: { $0.name == name }) {
            entries[index].value = value
        } else {
            entries.append(Label(name, value))
        }
    }

    package mutating func remove(_ name: String) { entries.removeAll { $0.name == name } }

    /// Keeps only these names.
    package mutating func keep(_ names: Set<String>) { entries.removeAll { !names.contains($0.name) } }

    package func labels() -> Labels {
        var encoded: [UInt8] = []
        for label in entries.sorted(by: { Labels.precedes($0.name, $1.name) }) {
            Self.append(label.name, to: &encoded)
            Self.append(label.value, to: &encoded)
        }
        return Labels(encoded: encoded)
    }

    private static func append(_ text: String, to encoded: inout [UInt8]) {
        var length = text.utf8.count
        while length >= 0x80 {
            encoded.append(UInt8(length & 0x7f) | 0x80)
            length >>= 7
        }
        encoded.append(UInt8(length))
        encoded.append(contentsOf: text.utf8)
    }
}
