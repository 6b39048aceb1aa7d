/// Where Go's syntax of regular expressions goes beyond RE2's.
enum GoSyntax {
    /// The pattern with `(?<name>` written as `(?P<name>`.
    static func translated(_ pattern: String) -> String {
        var result: [UInt8] = []
        var inClass = false
        var rest = Substring(pattern).utf8
        while let byte = rest.first {
            if byte == UInt8(ascii: "\\") {
                result += rest.prefix(2)
                rest = rest.dropFirst(2)
                continue
            }
            if !inClass && startsGroupName(rest) {
                result += Array("(?P<".utf8)
                rest = rest.dropFirst(3)
                continue
            }
            if byte == UInt8(ascii: "[") { inClass = true }
            if byte == UInt8(ascii: "]") { inClass = false }
            result.append(byte)
            rest = rest.dropFirst()
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `(?<` and a letter; `(?<=` and `(?<!` are assertions, which neither knows.
    private static func startsGroupName(_ text: Substring.UTF8View) -> Bool {
        guard text.starts(with: "(?<".utf8), let next = text.dropFirst(3).first else { return false }
        return next != UInt8(ascii: "=") && next != UInt8(ascii: "!")
    }
}
