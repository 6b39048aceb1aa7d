/// Collects labels in any order and makes a `Labels` of them. Names and values count as bytes.
package struct LabelsBuilder {
    /// The labels so far, in the encoded form of `Labels`.
    private var encoded: [UInt8]

    package init() { encoded = [] }

    package init(_ base: Labels) { encoded = base.encoded }

    package subscript(name: String) -> String? { labels()[name] }

    /// Sets or replaces a label; an empty value removes it.
    package mutating func set(_ name: String, _ value: String) {
        if value.isEmpty { return remove(name) }
        var label: [UInt8] = []
        label.reserveCapacity(name.utf8.count + value.utf8.count + 4)
        Self.append(name, to: &label)
        Self.append(value, to: &label)
        encoded.replaceSubrange(place(of: name), with: label)
    }

    package mutating func remove(_ name: String) { encoded.removeSubrange(place(of: name)) }

    /// Keeps only these names.
    package mutating func keep(_ names: Set<String>) {
        for label in labels().array where !names.contains(label.name) { remove(label.name) }
    }

    package func labels() -> Labels { Labels(encoded: encoded) }

    /// Where the label with this name lies; an empty range where it would have to be put when there is none.
    private func place(of name: String) -> Range<Int> {
        var name = name
        return name.withUTF8 { name in
            encoded.withUnsafeBytes { bytes in
                let wanted = UnsafeRawBufferPointer(name)
                var position = 0
                while position < bytes.count {
                    let start = position
                    let order = Labels.compare(Labels.field(bytes, &position), wanted)
                    if order > 0 { return start..<start }
                    _ = Labels.field(bytes, &position)
                    if order == 0 { return start..<position }
                }
                return position..<position
            }
        }
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
