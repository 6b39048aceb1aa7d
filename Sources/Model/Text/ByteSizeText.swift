/// Sizes as Prometheus writes them: `512MB`, `1GB512MB`, `1.5GiB`. `KB` and `KiB` both are 1024 bytes. What is
/// wrong is said in the words of the library that Prometheus uses.
package enum ByteSizeText {
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private static let units = ["EB", "PB", "TB", "GB", "MB", "KB"]

    /// Bytes. `0` needs no unit; a sign may stand in front.
    package static func parse(_ text: String) throws(Problem) -> Int64 {
        var rest = Substring(text)
        var isNegative = false
        if let sign = rest.first, sign == "-" || sign == "+" {
            isNegative = sign == "-"
            rest.removeFirst()
        }
        if rest == "0" { return 0 }
        let malformed = Problem(description: "units: invalid \(text)")
        if rest.isEmpty { throw malformed }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0 == "." || ($0 >= "0" && $0 <= "9") }
            let unit = rest.dropFirst(digits.count).prefix { $0 != "." && !($0 >= "0" && $0 <= "9") }
            rest = rest.dropFirst(digits.count + unit.count)
            guard let number = Double(digits) else { throw malformed }
            guard let size = bytes(of: unit) else {
                throw Problem(description: "units: unknown unit \(unit) in \(text)")
            }
            total += number * size
        }
        // 2^63, beyond which Go's sizes do not reach.
        guard total < 9_223_372_036_854_775_808 else { throw malformed }
        return isNegative ? -Int64(total) : Int64(total)
    }

    private static func bytes(of unit: Substring) -> Double? {
        if unit == "B" { return 1 }
        let short = unit.hasSuffix("iB") ? unit.dropLast(2) + "B" : unit
        guard let place = units.firstIndex(of: String(short)) else { return nil }
        return Double(UInt64(1) << (10 * UInt64(units.count - place)))
    }

    /// Largest unit first: `1GiB512MiB`, `100B`, `0B`.
    package static func text(_ bytes: Int64) -> String {
        if bytes == 0 { return "0B" }
        var result = bytes < 0 ? "-" : ""
        var rest = bytes.magnitude
        for (place, unit) in units.enumerated() {
            let shift = 10 * UInt64(units.count - place)
            let number = rest >> shift
            if number > 0 { result += "\(number)\(unit.dropLast())iB" }
            rest -= number << shift
        }
        return rest > 0 ? result + "\(rest)B" : result
    }
}
