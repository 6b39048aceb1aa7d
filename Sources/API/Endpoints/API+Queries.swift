import HTTP
import Model
import Platform
import PromQL
import QueryEngine

extension API {
    func registerQueries(on router: inout Router) {
        add([.get, .post], "/query", to: &router) { api, request throws(APIError) in try api.instantQuery(request) }
        add([.get, .post], "/query_range", to: &router) { api, request throws(APIError) in try api.rangeQuery(request) }
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

    private func instantQuery(_ request: Request) throws(APIError) -> Response {
        let parameters = request.parameters
        let time = try parameters.time("time") ?? clock.wallMilliseconds()
        let options = try queryOptions(parameters)
        let limit = try parameters.limit()
        return try answer(request, limit: limit) { (cancellation) throws(QueryError) in
            try engine.instant(
                parameters["query"] ?? "", at: time, options: options, cancellation: cancellation)
        }
    }

    private func rangeQuery(_ request: Request) throws(APIError) -> Response {
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
        let options = try queryOptions(parameters)
        let limit = try parameters.limit()
        return try answer(request, limit: limit) { (cancellation) throws(QueryError) in
            try engine.range(
                parameters["query"] ?? "", start: start, end: end, step: step, options: options,
                cancellation: cancellation)
        }
    }

    /// Runs a query that ends when its client goes away.
    private func answer(
        _ request: Request, limit: Int?, _ evaluate: (Cancellation) throws(QueryError) -> QueryResult
    ) throws(APIError) -> Response {
        let cancellation = Cancellation()
        request.client.whenGone { cancellation.cancel() }
        let begin = clock.monotonicNanoseconds()
        var result: QueryResult
        do throws(QueryError) { result = try evaluate(cancellation) } catch { throw APIError(error) }
        let seconds = Double(clock.monotonicNanoseconds() &- begin) / 1e9
        if let limit { result.truncate(to: limit) }
        let isAsked = !(request.parameters["stats"] ?? "").isEmpty
        let stream = QueryAnswer(result, statistics: isAsked ? QueryTimings(evaluation: seconds) : nil)
        return Response(contentType: Answer.contentType, body: .stream(stream))
    }

    private func queryOptions(_ parameters: Parameters) throws(APIError) -> QueryOptions {
        // A lookback of nothing means the default.
        let lookback = try parameters.duration("lookback_delta").flatMap { $0 > 0 ? $0 : nil }
        return QueryOptions(lookback: lookback, timeout: try parameters.duration("timeout"))
    }

    private func parsedQuery(_ request: Request) throws(APIError) -> Expression {
        do { return try Parser.parse(request.parameters["query"] ?? "") } catch {
            throw .parameter("query", error.description)
        }
    }
}

extension QueryResult {
    /// Keeps the first series, with a warning when there were more.
    fileprivate mutating func truncate(to limit: Int) {
        switch value {
        case .vector(let samples) where samples.count > limit: value = .vector(Array(samples.prefix(limit)))
        case .matrix(let series) where series.count > limit: value = .matrix(Array(series.prefix(limit)))
        default: return
        }
        warnings.append(Answer.truncation)
    }
}
