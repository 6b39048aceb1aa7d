import Model
import PromQL

/// Numbers and positions in annotations.
enum AnnotationText {
    /// Go's `%g`: shortest digits.
    static func shortest(_ value: Double) -> String { FloatText.general(value) }

    /// Go's `%.2g`: two significant digits.
    static func twoDigits(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return FloatText.general(value) }
        var exponent = 0
        var mantissa = value.magnitude
        while mantissa >= 10 {
            mantissa /= 10
            exponent += 1
        }
        while mantissa < 1 {
            mantissa *= 10
            exponent -= 1
        }
        var digits = Int((mantissa * 10).rounded(.toNearestOrEven))
        if digits == 100 {
            digits = 10
            exponent += 1
        }
        let sign = value < 0 ? "-" : ""
        let tail = digits % 10 == 0 ? "" : ".\(digits % 10)"
        if exponent < -4 || exponent >= 2 {
            let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
            return "\(sign)\(digits / 10)\(tail)e\(exponent < 0 ? "-" : "+")\(power)"
        }
        if exponent == 1 { return "\(sign)\(digits)" }
        if exponent == 0 { return "\(sign)\(digits / 10)\(tail)" }
        let zeros = String(repeating: "0", count: -exponent - 1)
        return "\(sign)0.\(zeros)\(digits % 10 == 0 ? digits / 10 : digits)"
    }

    /// Go's `%f`: six decimals.
    static func sixDecimals(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e12 else { return FloatText.plain(value) }
        let millionths = Int64((value.magnitude * 1e6).rounded(.toNearestOrEven))
        let decimals = String(millionths % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - decimals.count)
        return "\(value < 0 ? "-" : "")\(millionths / 1_000_000).\(zeros)\(decimals)"
    }

    /// `line:column`, both from 1; columns count bytes.
    static func position(_ offset: Int, in text: String) -> String {
        var line = 1
        var lineStart = 0
        for (index, byte) in text.utf8.prefix(offset).enumerated() where byte == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        return "\(line):\(offset - lineStart + 1)"
    }

    /// `2026-11-20T05:02:00Z`
    static func seconds(_ time: Int64) -> String { String(TimeText.rfc3339(time).dropLast(5)) + "Z" }
}
