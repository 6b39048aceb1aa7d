import HTTP
import Model
import PromQL

extension Parameters {
    /// The largest number of results; nil when there is no limit, which 0 says too.
    func limit(_ name: String = "limit") throws(APIError) -> Int? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let limit = Int(text) else {
            throw .parameter(name, "cannot parse \(GoText.quoted(text)) to a whole number")
        }
        if limit < 0 { throw .parameter(name, "limit must be non-negative") }
        return limit == 0 ? nil : limit
    }

    /// The selectors in `match[]`, each with one matcher at least that asks for something.
    func matchers() throws(APIError) -> [[LabelMatcher]] {
        var result: [[LabelMatcher]] = []
        for text in all("match[]") {
            let matchers: [LabelMatcher]
            do { matchers = try Parser.selector(text) } catch {
                throw .parameter("match[]", error.description)
            }
            if matchers.allSatisfy(\.matchesEmpty) {
                throw .parameter("match[]", "match[] must contain at least one non-empty matcher")
            }
            result.append(matchers)
        }
        return result
    }

    /// Which series the label endpoints speak of. One result more than the limit is asked for, to know
    /// whether there are more.
    func labelRequest() throws(APIError) -> LabelRequest {
        let start = try time("start") ?? .min
        let end = try time("end") ?? .max
        if end < start { throw .parameter("end", "end timestamp must not be before start timestamp") }
        let limit = try limit()
        return LabelRequest(matchers: try matchers(), start: start, end: end, limit: limit.map { $0 &+ 1 })
    }
}
