import HTTP
import Model
import QueryEngine

extension API {
    /// The queries that run and ran.
    func registerQueryStatus(on router: inout Router) {
        add([.get], "/status/queries", .inline, needsData: false, to: &router) { api, _ in
            let listing = api.queries.registry.listing()
            return Answer.success { writer in
                writer.object { writer in
                    for (name, reports) in [
                        ("running", listing.running), ("recent", listing.recent), ("costliest", listing.costliest),
                    ] {
                        writer.name(name)
                        writer.array { writer in
                            for report in reports { writer.report(report) }
                        }
                    }
                }
            }
        }
        add([.delete], "/status/queries/:id", .inline, needsData: false, to: &router) { api, request throws(APIError) in
            let text = request.pathParameters["id"] ?? ""
            guard let identifier = UInt64(text), api.queries.cancel(identifier) else {
                throw APIError(.notFound, "no query \(GoText.quoted(text)) is running")
            }
            return Answer.success { $0.object { _ in } }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func report(_ report: QueryReport) {
        object { writer in
            writer.member("id", "\(report.identifier)")
            writer.member("query", report.call.text)
            switch report.call.times {
            case .instant(let time):
                writer.member("kind", "instant")
                writer.member("time", Double(time) / 1000)
            case .range(let start, let end, let step):
                writer.member("kind", "range")
                writer.member("start", Double(start) / 1000)
                writer.member("end", Double(end) / 1000)
                writer.member("step", Double(step) / 1000)
            }
            writer.member("state", report.state.rawValue)
            writer.member("client", report.call.client.address)
            if !report.call.client.user.isEmpty { writer.member("user", report.call.client.user) }
            writer.member("userAgent", report.call.client.userAgent)
            writer.member("started", Double(report.started) / 1000)
            writer.member("queuedSeconds", report.queued)
            writer.member("runningSeconds", report.running)
            writer.member("series", report.series)
            writer.member("samples", report.samples)
            writer.member("bytes", report.bytes)
            writer.member("peakBytes", report.peakBytes)
            if let error = report.error { writer.member("error", error) }
        }
    }
}
