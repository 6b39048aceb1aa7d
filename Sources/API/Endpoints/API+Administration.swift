import HTTP
import Model
import PromQL

/// What `/api/v1/admin/tsdb/…` does with the store. Called on a worker thread; errors are for people.
package struct Administration: Sendable {
    /// Deletes the samples of series that match the matchers, in a range of milliseconds, inclusive. Durable on return.
    package var delete: @Sendable (_ matchers: [LabelMatcher], _ start: Int64, _ end: Int64) throws -> Void
    /// Removes what is deleted from the disk.
    package var cleanTombstones: @Sendable () throws -> Void
    /// Makes a snapshot, without what is not in blocks yet if so asked, and returns its name.
    package var snapshot: @Sendable (_ skipsHead: Bool) throws -> String

    package init(
        delete: @escaping @Sendable ([LabelMatcher], Int64, Int64) throws -> Void,
        cleanTombstones: @escaping @Sendable () throws -> Void,
        snapshot: @escaping @Sendable (Bool) throws -> String
    ) {
        self.delete = delete
        self.cleanTombstones = cleanTombstones
        self.snapshot = snapshot
    }
}

extension API {
    func registerAdministration(on router: inout Router) {
        addAdministration("/delete_series", to: &router) { administration, request throws(APIError) in
            try Self.delete(administration, request.parameters)
            return Response(status: 204)
        }
        addAdministration("/clean_tombstones", to: &router) { administration, _ throws(APIError) in
            do { try administration.cleanTombstones() } catch { throw APIError(.internal, "\(error)") }
            return Response(status: 204)
        }
        addAdministration("/snapshot", to: &router) { administration, request throws(APIError) in
            let skipsHead = try request.parameters.boolean("skip_head") ?? false
            let name: String
            do { name = try administration.snapshot(skipsHead) } catch {
                throw APIError(.internal, "create snapshot: \(error)")
            }
            return Answer.success { writer in writer.object { $0.member("name", name) } }
        }
    }

    private func addAdministration(
        _ path: String, to router: inout Router,
        _ respond: @escaping @Sendable (Administration, Request) throws(APIError) -> Response
    ) {
        add([.post, .put], "/admin/tsdb" + path, to: &router) { api, request throws(APIError) in
            guard let administration = api.administration else {
                // Prometheus answers this kind with 500 here.
                throw APIError(.unavailable, "admin APIs disabled", status: 500)
            }
            return try respond(administration, request)
        }
    }

    private static func delete(_ administration: Administration, _ parameters: Parameters) throws(APIError) {
        let selectors = parameters.all("match[]")
        if selectors.isEmpty { throw APIError(.badData, "no match[] parameter provided") }
        let start = try parameters.labeledTime("start") ?? .min
        let end = try parameters.labeledTime("end") ?? .max
        for selector in selectors {
            let matchers: [LabelMatcher]
            do { matchers = try Parser.selector(selector) } catch {
                throw .parameter("match[]", error.description)
            }
            do { try administration.delete(matchers, start, end) } catch { throw APIError(.internal, "\(error)") }
        }
    }
}

extension Parameters {
    /// As `time`; the refusal names the parameter twice, as Prometheus has it for these requests.
    fileprivate func labeledTime(_ name: String) throws(APIError) -> Int64? {
        guard let text = self[name], !text.isEmpty else { return nil }
        if let time = TimeParameter.time(text) { return time }
        throw .parameter(
            name, "Invalid time value for '\(name)': cannot parse \(GoText.quoted(text)) to a valid timestamp")
    }

    /// A word that Go reads as a boolean; nil when the parameter is missing or empty.
    fileprivate func boolean(_ name: String) throws(APIError) -> Bool? {
        switch self[name] ?? "" {
        case "": return nil
        case "1", "t", "T", "true", "TRUE", "True": return true
        case "0", "f", "F", "false", "FALSE", "False": return false
        case let text:
            throw .parameter(
                name, "unable to parse boolean: strconv.ParseBool: parsing \(GoText.quoted(text)): invalid syntax")
        }
    }
}
