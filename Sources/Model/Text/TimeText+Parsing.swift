extension TimeText {
    /// Milliseconds of a time parameter of the API: seconds, or an RFC 3339 time. Seconds are rounded to milliseconds
    /// and bounded by what milliseconds can say; nil when the text is neither.
    package static func parse(parameter text: String) -> Int64? {
        guard let seconds = FloatText.parse(text) else { return parse(rfc3339: text) }
        if !seconds.isFinite { return nil }
        let milliseconds = (seconds * 1000).rounded()
        return Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max)
    }

    /// Milliseconds of an RFC 3339 time: `2026-11-20T05:02:00Z`, `2026-11-20T07:02:00.5+02:00`. Digits beyond
    /// milliseconds are dropped; nil when the text is anything else. Years may have a sign and more digits, up to what
    /// milliseconds can say: clients send the bounds of time as Go prints them.
    package static func parse(rfc3339 text: String) -> Int64? {
        var reader = TimeReader(bytes: Array(text.utf8))
        guard let year = reader.year(), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("T") || reader.take("t"), let hour = reader.number(2),
            reader.take(":"), let minute = reader.number(2), reader.take(":"), let second = reader.number(2)
        else { return nil }
        var milliseconds: Int64 = 0
        if reader.take(".") {
            guard let fraction = reader.fraction() else { return nil }
            milliseconds = fraction
        }
        guard let offset = reader.offset(), reader.isAtEnd, hour < 24, minute < 60, second < 60,
            (1...12).contains(month), (1...daysIn(month: month, year: year)).contains(day)
        else { return nil }
        let seconds =
            days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? (seconds < 0 ? .min : .max) : product + milliseconds
    }

    private static func daysIn(month: Int64, year: Int64) -> Int64 {
        let next = month == 12 ? days(year: year + 1, month: 1, day: 1) : days(year: year, month: month + 1, day: 1)
        return next - days(year: year, month: month, day: 1)
    }
}

/// Takes the parts of a time off the front of a text.
private struct TimeReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard position < bytes.count, bytes[position] >= UInt8(ascii: "0"), bytes[position] <= UInt8(ascii: "9")
        else { return nil }
        position += 1
        return Int64(bytes[position - 1] - UInt8(ascii: "0"))
    }

    mutating func number(_ digits: Int) -> Int64? {
        var result: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            result = result * 10 + digit
        }
        return result
    }

    /// Four to nine digits with an optional sign.
    mutating func year() -> Int64? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard var result = number(4) else { return nil }
        var count = 4
        while count < 9, let digit = digit() {
            result = result * 10 + digit
            count += 1
        }
        return isNegative ? -result : result
    }

    /// The digits behind the point, at least one, as milliseconds.
    mutating func fraction() -> Int64? {
        guard var result = digit() else { return nil }
        result *= 100
        var weight: Int64 = 10
        while let digit = digit() {
            result += digit * weight
            weight /= 10
        }
        return result
    }

    /// Seconds that the clock is ahead of UTC.
    mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let isNegative = take("-")
        guard isNegative || take("+"), let hours = number(2), take(":"), let minutes = number(2), hours < 24,
            minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
    }
}
