import Foundation

/// Answers of the query API, read with Foundation's JSON.
package struct Answers {
    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    package struct Series {
        package var labels: [String: String]
        /// Seconds and values.
        package var points: [(time: Double, value: Double)]

        package init(labels: [String: String], points: [(time: Double, value: Double)]) {
            self.labels = labels
            self.points = points
        }
    }

    package static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }

    package func instant(_ query: String, at time: Double? = nil) throws -> [Series] {
        var path = "/api/v1/query?query=\(Self.escaped(query))&nocache=1"
        if let time { path += "&time=\(time)" }
        return try series(path)
    }

    package func range(_ query: String, start: Double, end: Double, step: Double) throws -> [Series] {
        try series(Self.rangePath(query, start: start, end: end, step: step))
    }

    package static func rangePath(_ query: String, start: Double, end: Double, step: Double) -> String {
        "/api/v1/query_range?query=\(escaped(query))&start=\(start)&end=\(end)&step=\(step)&nocache=1"
    }

    private func series(_ path: String) throws -> [Series] { try Self.parse(connection.get(path)) }

    /// The series of a successful answer; a scalar or a string is one without labels.
    package static func parse(_ reply: Connection.Reply) throws -> [Series] {
        guard reply.status == 200,
            let root = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any],
            let data = root["data"] as? [String: Any]
        else {
            let text = String(decoding: reply.body.prefix(300), as: UTF8.self)
            throw Connection.Failure(description: "status \(reply.status): \(text)")
        }
        if let scalar = data["result"] as? [Any], data["resultType"] as? String == "scalar" {
            return [Series(labels: [:], points: [point(scalar)])]
        }
        return (data["result"] as? [[String: Any]] ?? []).map { entry in
            let labels = entry["metric"] as? [String: String] ?? [:]
            if let value = entry["value"] as? [Any] { return Series(labels: labels, points: [point(value)]) }
            return Series(labels: labels, points: (entry["values"] as? [[Any]] ?? []).map(point))
        }
    }

    private static func point(_ pair: [Any]) -> (Double, Double) {
        ((pair.first as? NSNumber)?.doubleValue ?? 0, number(pair.last as? String ?? ""))
    }

    private static func number(_ text: String) -> Double {
        switch text {
        case "+Inf", "Inf": return .infinity
        case "-Inf": return -.infinity
        default: return Double(text) ?? .nan
        }
    }
}
