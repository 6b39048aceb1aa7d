import Model
import PromQL

/// The flags that say which samples a command is about.
struct SampleChoice {
    static let flags: [Flag] = [
        Flag("match", .list(placeholder: "SELECTOR", default: []), "Only series that match; several are joined."),
        Flag("start", .value(placeholder: "TIME", default: nil), "Only samples from this time on."),
        Flag("end", .value(placeholder: "TIME", default: nil), "Only samples up to this time."),
    ]

    /// None for all series.
    var matchers: [[LabelMatcher]] = []
    /// Milliseconds, inclusive.
    var start: Int64
    var end: Int64

    init(_ values: FlagValues, now: Int64) throws(UsageError) {
        let times = QueryTimes(now: now)
        start = try times.time("start", values) ?? .min
        end = try times.time("end", values) ?? .max
        if start > end { throw UsageError("the range ends before it starts") }
        for text in values.all("match") {
            do { matchers.append(try Parser.selector(text)) } catch {
                throw UsageError("flag --match: \(GoText.quoted(text)): \(error)")
            }
        }
    }
}
