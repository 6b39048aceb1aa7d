import HTTP
import Platform
import Telemetry

extension API {
    /// `/metrics` and `/-/…`: what watches and steers the process.
    func registerManagement(on router: inout Router) {
        router.add([.get], "/metrics", .inline) { [registry] _ in
            let buffer = ByteBuffer(capacity: 16 << 10)
            registry.write(to: buffer)
            return Response(contentType: "text/plain; version=0.0.4; charset=utf-8", body: .bytes(buffer))
        }
        router.add([.get], "/-/healthy", .inline) { _ in Response(text: "Apus is healthy.\n") }
        router.add([.get], "/-/ready", .inline) { [readiness] _ in
            readiness().refusal?.response ?? Response(text: "Apus is ready.\n")
        }
        router.add([.post, .put], "/-/reload", .worker) { [lifecycle] _ in
            guard let lifecycle else { return Self.lifecycleDisabled }
            guard let reason = lifecycle.reload() else { return Response(text: "") }
            return APIError(.internal, "failed to reload config: \(reason)").response
        }
        router.add([.post, .put], "/-/quit", .worker) { [lifecycle] _ in
            guard let lifecycle else { return Self.lifecycleDisabled }
            lifecycle.quit()
            return Response(text: "Requesting termination... Goodbye!\n")
        }
    }

    private static var lifecycleDisabled: Response {
        APIError(.forbidden, "Lifecycle API is not enabled: start the server with --web.enable-lifecycle").response
    }
}

extension Readiness {
    /// Why data cannot be read now; nil when it can.
    var refusal: APIError? {
        switch self {
        case .ready: nil
        case .starting(let progress): APIError(.unavailable, "not ready: \(progress)")
        case .stopping: APIError(.unavailable, "the server is stopping")
        }
    }
}
