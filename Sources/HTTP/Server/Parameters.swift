/// Named values in the order they were sent, those of a form body before those of the URL. Names may repeat.
package struct Parameters: Sendable {
    package private(set) var pairs: [(name: String, value: String)]

    package init(_ pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

    /// Reads `a=1&b=2` with percent escapes and `+` for a blank (application/x-www-form-urlencoded).
    package init(urlEncoded text: UnsafeRawBufferPointer) {
        pairs = []
        for pair in text.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = PercentText.decode(pair[..<equals], plusIsBlank: true)
            pairs.append((name, PercentText.decode(pair[equals...].dropFirst(), plusIsBlank: true)))
        }
    }

    /// The first value of that name, as Go's `FormValue`.
    package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    package func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    package mutating func append(_ name: String, _ value: String) { pairs.append((name, value)) }

    package mutating func append(_ others: Parameters) { pairs += others.pairs }
}
