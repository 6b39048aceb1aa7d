import HTTP
import Model

extension API {
    func registerLabels(on router: inout Router) {
        add([.get, .post], "/labels", to: &router) { api, request throws(APIError) in
            try api.names(request) { (snapshot, asked) throws(SelectError) in try snapshot.labelNames(asked) }
        }
        add([.get], "/label/:name/values", to: &router) { api, request throws(APIError) in
            let name = EscapedName.decode(request.pathParameters["name"] ?? "")
            return try api.names(request) { (snapshot, asked) throws(SelectError) in
                try snapshot.labelValues(name, asked)
            }
        }
        add([.get, .post], "/series", to: &router) { api, request throws(APIError) in try api.series(request) }
    }

    private func names(
        _ request: Request, _ read: (any SeriesSnapshot, LabelRequest) throws(SelectError) -> [String]
    ) throws(APIError) -> Response {
        let asked = try request.parameters.labelRequest()
        let found: [String]
        do throws(SelectError) { found = try read(source.snapshot(), asked) } catch { throw APIError(error) }
        let (list, warnings) = Answer.limited(found, to: try request.parameters.limit())
        return Answer.success(warnings: warnings) { $0.strings(list) }
    }

    private func series(_ request: Request) throws(APIError) -> Response {
        if request.parameters["match[]"] == nil { throw APIError(.badData, "no match[] parameter provided") }
        let asked = try request.parameters.labelRequest()
        let found: [Labels]
        do throws(SelectError) { found = try source.snapshot().series(asked) } catch { throw APIError(error) }
        let (list, warnings) = Answer.limited(found, to: try request.parameters.limit())
        return Answer.success(warnings: warnings) { writer in
            writer.array { writer in
                for labels in list { writer.labels(labels) }
            }
        }
    }
}
