import HTTP
import Model
import Platform
import QueryEngine
import Telemetry

/// The HTTP API under Prometheus's paths, with the service's own pages for machines (`/metrics`, `/-/...`).
package struct API: Sendable {
    package var queries: QueryService
    package var targets: any TargetDirectory
    package var registry: MetricRegistry
    package var clock: any TimeSource
    package var build: BuildInformation
    /// Asked by `/-/ready` and before every answer from data.
    package var readiness: @Sendable () -> Readiness
    /// Nil when `--web.enable-lifecycle` is off.
    package var lifecycle: Lifecycle?
    /// Nil when `--web.enable-admin-api` is off.
    package var administration: Administration?
    /// Flag names without dashes and their values, as in `/api/v1/status/flags`.
    package var flags: [(name: String, value: String)] = []
    /// How much is kept, for `/api/v1/status/runtimeinfo`.
    package var storageRetention: @Sendable () -> String = { "" }

    package init(
        queries: QueryService, targets: any TargetDirectory, registry: MetricRegistry,
        clock: any TimeSource, build: BuildInformation, readiness: @escaping @Sendable () -> Readiness
    ) {
        self.queries = queries
        self.targets = targets
        self.registry = registry
        self.clock = clock
        self.build = build
        self.readiness = readiness
    }

    /// Adds all paths of the API.
    package func register(on router: inout Router) {
        registerQueries(on: &router)
        registerQueryStatus(on: &router)
        registerLabels(on: &router)
        registerTargets(on: &router)
        registerStatus(on: &router)
        registerManagement(on: &router)
        registerAdministration(on: &router)
    }

    /// Adds a path below `/api/v1`; its failures become error answers. What needs data is refused until it
    /// can be read.
    func add(
        _ methods: [Request.Method], _ path: String, _ execution: Router.Execution = .worker, needsData: Bool = true,
        to router: inout Router,
        _ respond: @escaping @Sendable (API, Request) throws(APIError) -> Response
    ) {
        router.add(methods, "/api/v1" + path, execution, handler(needsData, respond))
    }

    /// A path that is answered in place when `isSoonDone` says so, else on a worker.
    func add(
        _ methods: [Request.Method], _ path: String, to router: inout Router,
        isSoonDone: @escaping @Sendable (API, Request) -> Bool,
        _ respond: @escaping @Sendable (API, Request) throws(APIError) -> Response
    ) {
        router.add(
            methods, "/api/v1" + path, isSoonDone: { readiness().refusal == nil && isSoonDone(self, $0) },
            handler(true, respond))
    }

    private func handler(
        _ needsData: Bool, _ respond: @escaping @Sendable (API, Request) throws(APIError) -> Response
    ) -> Router.Handler {
        { request in
            do throws(APIError) {
                if needsData, let refusal = readiness().refusal { throw refusal }
                return try respond(self, request)
            } catch {
                return error.response
            }
        }
    }
}

package enum Readiness: Sendable {
    case ready
    /// Not yet; how far it is, for people: `replaying the log: 3 of 8 segments`.
    case starting(String)
    case stopping
}

/// What `/-/reload` and `/-/quit` do. Called on a worker thread.
package struct Lifecycle: Sendable {
    /// Loads the configuration again; the reason when it was refused.
    package var reload: @Sendable () -> String?
    package var quit: @Sendable () -> Void

    package init(reload: @escaping @Sendable () -> String?, quit: @escaping @Sendable () -> Void) {
        self.reload = reload
        self.quit = quit
    }
}
