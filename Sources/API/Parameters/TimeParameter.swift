import HTTP
import Model

/// Points in time and durations as the API takes them.
enum TimeParameter {
    /// Times beyond the year 285,000 are not taken: sums of what is left cannot overflow.
    private static let latest: Int64 = 9_000_000_000_000_000

    /// Seconds since the epoch with a fraction, or RFC 3339. Milliseconds.
    static func time(_ text: String) -> Int64? {
        if let seconds = FloatText.parse(text) {
            // Whole seconds and fraction apart, so that large times keep their milliseconds.
            let whole = seconds.rounded(.towardZero)
            guard whole.magnitude < Double(latest / 1000) else { return nil }
            return Int64(whole) * 1000 + Int64(((seconds - whole) * 1000).rounded())
        }
        switch text {
        // What Prometheus's client library writes for "any time"; no year has more than four digits in
        // RFC 3339.
        case "-292273086-05-16T16:47:06Z": return -latest
        case "292277025-08-18T07:12:54.999999999Z": return latest
        default: return TimeText.parse(rfc3339: text)
        }
    }

    /// Seconds with a fraction, or a Prometheus duration. Milliseconds.
    static func duration(_ name: String, _ text: String) throws(APIError) -> Int64 {
        if let seconds = FloatText.parse(text) {
            // Prometheus holds durations in 63 bits of nanoseconds.
            guard (seconds * 1e9).magnitude < Double(Int64.max) else {
                throw .parameter(
                    name, "cannot parse \(GoText.quoted(text)) to a valid duration. It overflows int64")
            }
            return Int64((seconds * 1000).rounded())
        }
        do {
            return try DurationText.parse(text)
        } catch {
            throw .parameter(name, "cannot parse \(GoText.quoted(text)) to a valid duration")
        }
    }
}

extension Parameters {
    /// Nil when the parameter is missing or empty.
    func time(_ name: String) throws(APIError) -> Int64? {
        guard let text = self[name], !text.isEmpty else { return nil }
        if let time = TimeParameter.time(text) { return time }
        throw .parameter(name, "cannot parse \(GoText.quoted(text)) to a valid timestamp")
    }

    /// As `time`, for a parameter that must be there.
    func requiredTime(_ name: String) throws(APIError) -> Int64 {
        if let time = try time(name) { return time }
        throw .parameter(name, "cannot parse \"\" to a valid timestamp")
    }

    /// Milliseconds; nil when the parameter is missing or empty.
    func duration(_ name: String) throws(APIError) -> Int64? {
        guard let text = self[name], !text.isEmpty else { return nil }
        return try TimeParameter.duration(name, text)
    }
}
