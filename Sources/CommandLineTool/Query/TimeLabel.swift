import Model

/// Times of a table or an axis, as short as they can be; UTC.
enum TimeLabel {
    /// Ascending times as `2026-11-20 05:02:15`, with milliseconds only where seconds cannot tell them apart.
    static func texts(_ times: [Int64]) -> [String] {
        let fractions = zip(times, times.dropFirst()).contains { $1 - $0 < 1000 }
        return times.map { time in
            let text = TimeText.rfc3339(time)
            let length = fractions ? 23 : 19
            return String(text.prefix(10)) + " " + String(text.prefix(length).dropFirst(11))
        }
    }

    /// For a tick of an axis whose ticks are `step` milliseconds apart: date, date and minute, minute, or second.
    static func tick(_ time: Int64, step: Int64, span: Int64) -> String {
        let text = TimeText.rfc3339(time)
        let date = String(text.prefix(10).dropFirst(5))
        if step >= 86_400_000 { return date }
        let minute = String(text.prefix(16).dropFirst(11))
        if span > 86_400_000 { return date + " " + minute }
        return step >= 60_000 ? minute : String(text.prefix(19).dropFirst(11))
    }
}
