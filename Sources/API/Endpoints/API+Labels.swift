import HTTP
import Model
import Platform
import QueryEngine

extension API {
    func registerLabels(on router: inout Router) {
        addLabels([.get, .post], "/labels", to: &router) { _ in nil }
        addLabels([.get], "/label/:name/values", to: &router) { EscapedName.decode($0.pathParameters["name"] ?? "") }
        add([.get, .post], "/series", to: &router) { api, request throws(APIError) in
            if request.parameters["match[]"] == nil { throw APIError(.badData, "no match[] parameter provided") }
            return try Self.answer(request, LabelsJSON.write) { asked throws(QueryError) in
                try api.queries.series(asked)
            }
        }
    }

    /// The values of the label that `name` finds in the request, or the names of all where it finds none. Where they
    /// are few the request is answered in place.
    private func addLabels(
        _ methods: [Request.Method], _ path: String, to router: inout Router,
        name: @escaping @Sendable (Request) -> String?
    ) {
        let isSoonDone: @Sendable (API, Request) -> Bool = { api, request in
            // What makes no sense is refused by the handler.
            guard request.parameters["match[]"] == nil, let asked = try? request.parameters.labelRequest() else {
                return false
            }
            return api.queries.answersAtOnce(name(request), asked)
        }
        add(methods, path, to: &router, isSoonDone: isSoonDone) { api, request throws(APIError) in
            try Self.answer(request, JSONText.write) { asked throws(QueryError) in
                guard let name = name(request) else { return try api.queries.labelNames(asked) }
                return try api.queries.labelValues(name, asked)
            }
        }
    }

    private static func answer<Element>(
        _ request: Request, _ write: @escaping (Element, ByteBuffer) -> Void,
        _ find: (LabelRequest) throws(QueryError) -> LabelResult<Element>
    ) throws(APIError) -> Response {
        let asked = try request.parameters.labelRequest()
        let limit = try request.parameters.limit()
        do throws(QueryError) {
            return ListAnswer(try find(asked), limit: limit, write).response
        } catch {
            throw APIError(error)
        }
    }
}
