import Model

/// What the server answered to a query.
struct QueryAnswer {
    enum Value {
        case scalar(Point)
        case string(Point)
        case vector([Series])
        case matrix([Series])
    }

    struct Point {
        /// Milliseconds.
        var time: Int64
        /// As the server wrote it.
        var text: String
        var value: Double
    }

    struct Series {
        var labels: Labels
        /// In time order; one for a vector.
        var points: [Point]
    }

    var value: Value
    /// Warnings and infos.
    var notes: [String]

    /// Takes `data` and the notes out of the API's envelope; nil when it has another shape.
    init?(_ json: JSONValue) {
        guard let data = json["data"], let type = data["resultType"]?.string, let result = data["result"] else {
            return nil
        }
        switch type {
        case "scalar", "string":
            guard let point = Self.point(result) else { return nil }
            value = type == "scalar" ? .scalar(point) : .string(point)
        case "vector", "matrix":
            guard let items = result.array else { return nil }
            let series = items.compactMap(Self.series)
            guard series.count == items.count else { return nil }
            value = type == "vector" ? .vector(series) : .matrix(series)
        default: return nil
        }
        notes = ["warnings", "infos"].flatMap { json[$0]?.array ?? [] }.compactMap(\.string)
    }

    private static func series(_ json: JSONValue) -> Series? {
        guard case .object(let metric)? = json["metric"] else { return nil }
        var builder = LabelsBuilder()
        for (name, value) in metric { builder.set(name, value.string ?? "") }
        let points: [JSONValue]
        if let values = (json["values"] ?? json["histograms"])?.array {
            points = values
        } else {
            points = [json["value"] ?? json["histogram"]].compactMap(\.self)
        }
        return Series(labels: builder.labels(), points: points.compactMap(point))
    }

    /// `[seconds, "value"]`; of a native histogram only count and sum are kept.
    private static func point(_ json: JSONValue) -> Point? {
        guard let pair = json.array, pair.count == 2, let seconds = pair[0].number else { return nil }
        let time = Int64((seconds * 1000).rounded())
        if let text = pair[1].string {
            return Point(time: time, text: text, value: FloatText.parse(text) ?? .ordinaryNaN)
        }
        guard let count = pair[1]["count"]?.string, let sum = pair[1]["sum"]?.string else { return nil }
        return Point(time: time, text: "{count:\(count), sum:\(sum)}", value: .ordinaryNaN)
    }
}
