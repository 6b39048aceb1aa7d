import HTTP
import Model
import Platform
import PromQL
import QueryEngine

extension API {
    func registerQueries(on router: inout Router) {
        addQuery("/query", to: &router) { api, request throws(APIError) in try api.instantQuery(request) }
        addQuery("/query_range", to: &router) { api, request throws(APIError) in try api.rangeQuery(request) }
        add([.get, .post], "/format_query", to: &router) { api, request throws(APIError) in
            let expression = try api.parsedQuery(request)
            return Answer.success { $0.string(expression.pretty) }
        }
        add([.get, .post], "/parse_query", to: &router) { api, request throws(APIError) in
            let expression = try api.parsedQuery(request)
            return Answer.success { $0.buffer.append(ParseTree.json(expression)) }
        }
        // No exemplars are stored yet: every answer is empty, once the request makes sense.
        add([.get, .post], "/query_exemplars", to: &router) { api, request throws(APIError) in
            let start = try request.parameters.time("start") ?? .min
            if let end = try request.parameters.time("end"), end < start {
                throw .parameter("end", "end timestamp must not be before start timestamp")
            }
            _ = try api.parsedQuery(request)
            return Answer.success { $0.array { _ in } }
        }
    }

    /// Adds a path whose answer is a query's: `read` makes the query of the request.
    private func addQuery(
        _ path: String, to router: inout Router,
        _ read: @escaping @Sendable (API, Request) throws(APIError) -> QueryCall
    ) {
        router.addDeferred([.get, .post], "/api/v1" + path) { request, later in
            do throws(APIError) {
                if let refusal = readiness().refusal { throw refusal }
                let call = try read(self, request)
                let form = try QueryAnswer.Form(request.parameters)
                if let (result, report) = queries.answerAtOnce(call) {
                    return QueryAnswer(result, report, form).wholeResponse
                }
                let answer = later()
                let cancel = queries.submit(call) { outcome, report in
                    switch outcome {
                    case .success(let result): answer(QueryAnswer(result, report, form).response)
                    case .failure(let error): answer(APIError(error).response)
                    }
                }
                request.client.whenGone(cancel)
                return nil
            } catch {
                return error.response
            }
        }
    }

    private func instantQuery(_ request: Request) throws(APIError) -> QueryCall {
        let time = try request.parameters.time("time") ?? clock.wallMilliseconds()
        return try call(request, .instant(time))
    }

    private func rangeQuery(_ request: Request) throws(APIError) -> QueryCall {
        let parameters = request.parameters
        let start = try parameters.requiredTime("start")
        let end = try parameters.requiredTime("end")
        if end < start { throw .parameter("end", "end timestamp must not be before start timestamp") }
        guard let step = try parameters.duration("step") else {
            throw .parameter("step", "cannot parse \"\" to a valid duration")
        }
        if step <= 0 {
            throw .parameter(
                "step", "zero or negative query resolution step widths are not accepted. Try a positive integer")
        }
        let (span, overflow) = end.subtractingReportingOverflow(start)
        // For safety, one point more than the limit is let through, as Prometheus does.
        if overflow || span / step > Int64(Limits.rangePoints) {
            throw APIError(
                .badData,
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution"
                    + " (?step=XX)")
        }
        return try call(request, .range(start: start, end: end, step: step))
    }

    private func call(_ request: Request, _ times: QueryCall.Times) throws(APIError) -> QueryCall {
        var client = QueryCall.Client(
            address: request.clientAddress, userAgent: request.headers["User-Agent"] ?? "",
            method: request.method.rawValue, path: request.path)
        client.user = request.headers["X-Grafana-User"] ?? request.headers["X-Forwarded-For"] ?? ""
        return QueryCall(
            request.parameters["query"] ?? "", times, client: client, options: try queryOptions(request.parameters))
    }

    private func queryOptions(_ parameters: Parameters) throws(APIError) -> QueryOptions {
        // A lookback of nothing means the default.
        let lookback = try parameters.duration("lookback_delta").flatMap { $0 > 0 ? $0 : nil }
        var options = QueryOptions(lookback: lookback, timeout: try parameters.duration("timeout"))
        options.countsSteps = parameters["stats"] == "all"
        // Statistics tell what the whole query costs.
        options.usesCache = !Self.isOn(parameters["nocache"]) && (parameters["stats"] ?? "").isEmpty
        if Self.isOn(parameters["explain"]) { options.insight = .explain }
        if Self.isOn(parameters["analyze"]) { options.insight = .analyze }
        return options
    }

    private static func isOn(_ text: String?) -> Bool { text == "1" || text == "true" }

    private func parsedQuery(_ request: Request) throws(APIError) -> Expression {
        do { return try Parser.parse(request.parameters["query"] ?? "") } catch {
            throw .parameter("query", error.description)
        }
    }
}
