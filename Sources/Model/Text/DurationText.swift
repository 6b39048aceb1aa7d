/// Prometheus durations: `1h30m`, units y w d h m s ms in this order, each at most once, integers only.
package enum DurationText {
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000),
        ("s", 1000), ("ms", 1),
    ]

    /// Milliseconds. `0` needs no unit.
    package static func parse(_ text: String) throws(Problem) -> Int64 {
        if text == "0" { return 0 }
        if text.isEmpty { throw Problem(description: "empty duration string") }
        let malformed = Problem(description: "not a valid duration string: \(GoText.quoted(text))")
        var total: Int64 = 0
        var nextUnit = 0
        var rest = Substring(text)
        while !rest.isEmpty {
            let digits = rest.prefix { $0 >= "0" && $0 <= "9" }
            let unit = rest.dropFirst(digits.count).prefix { !($0 >= "0" && $0 <= "9") }
            rest = rest.dropFirst(digits.count + unit.count)
            guard let number = UInt64(digits), !unit.isEmpty else { throw malformed }
            guard let index = units.firstIndex(where: { $0.name == unit }) else {
                throw Problem(
                    description: "unknown unit \(GoText.quoted(String(unit))) in duration \(GoText.quoted(text))")
            }
            guard index >= nextUnit else { throw malformed }
            nextUnit = index + 1
            let (product, tooLarge) = Int64(clamping: number).multipliedReportingOverflow(by: units[index].milliseconds)
            let (sum, overflow) = total.addingReportingOverflow(product)
            // Go's durations are 63 bits of nanoseconds.
            guard !tooLarge, !overflow, sum <= Int64.max / 1_000_000 else {
                throw Problem(description: "duration out of range")
            }
            total = sum
        }
        return total
    }

    /// Milliseconds of a duration parameter of the API: seconds, or a duration.
    package static func parse(parameter text: String) throws(Problem) -> Int64 {
        let name = "cannot parse \(GoText.quoted(text)) to a valid duration"
        if let seconds = FloatText.parse(text) {
            // Go's durations are 63 bits of nanoseconds.
            guard seconds.magnitude < 9_223_372_036.854775807 else {
                throw Problem(description: name + ". It overflows int64")
            }
            return Int64((seconds * 1000).rounded())
        }
        do {
            return try parse(text)
        } catch {
            throw Problem(description: name)
        }
    }

    /// The shortest form that reads back: `1d2h`, `5m`, `0s`. Years and weeks only when the whole is a
    /// multiple of them.
    package static func text(_ milliseconds: Int64) -> String {
        if milliseconds == 0 { return "0s" }
        var result = milliseconds < 0 ? "-" : ""
        var rest = milliseconds.magnitude
        for (name, length) in units {
            let length = UInt64(length)
            if name == "y" || name == "w", rest % length != 0 { continue }
            let number = rest / length
            if number > 0 { result += "\(number)\(name)" }
            rest -= number * length
        }
        return result
    }
}
