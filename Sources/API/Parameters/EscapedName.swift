/// Label names in paths: names with characters beyond `[a-zA-Z0-9_:]` come as `U__http_2e_status`.
enum EscapedName {
    /// The name itself when it is not escaped, or not correctly.
    static func decode(_ text: String) -> String {
        guard text.hasPrefix("U__") else { return text }
        var result = ""
        var rest = text.unicodeScalars.dropFirst(3)
        while let scalar = rest.popFirst() {
            if scalar != "_" {
                result.unicodeScalars.append(scalar)
            } else if rest.first == "_" {
                rest.removeFirst()
                result.unicodeScalars.append("_")
            } else {
                // `_2e_`: a code point in hexadecimal, six digits at most.
                let digits = rest.prefix { $0 != "_" }
                rest = rest.dropFirst(digits.count)
                guard rest.popFirst() != nil, digits.count <= 6, let code = UInt32(String(digits), radix: 16),
                    let decoded = Unicode.Scalar(code)
                else { return text }
                result.unicodeScalars.append(decoded)
            }
        }
        return result
    }
}
