import HTTP
import Model
import Platform
import QueryEngine

extension API {
    func registerLabels(on router: inout Router) {
        add([.get, .post], "/labels", to: &router) { api, request throws(APIError) in
            try Self.answer(request, JSONText.write) { asked throws(QueryError) in
                try api.queries.labelNames(asked)
            }
        }
        add([.get], "/label/:name/values", to: &router) { api, request throws(APIError) in
            let name = EscapedName.decode(request.pathParameters["name"] ?? "")
            return try Self.answer(request, JSONText.write) { asked throws(QueryError) in
                try api.queries.labelValues(name, asked)
            }
        }
        add([.get, .post], "/series", to: &router) { api, request throws(APIError) in
            if request.parameters["match[]"] == nil { throw APIError(.badData, "no match[] parameter provided") }
            return try Self.answer(request, LabelsJSON.write) { asked throws(QueryError) in
                try api.queries.series(asked)
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
