import HTTP
import Model
import Platform
import QueryEngine
import Telemetry

/// The pages for people: one, without script.
package struct WebUI: Sendable {
    package var queries: QueryService
    package var targets: any TargetDirectory
    package var clock: any TimeSource
    package var build: BuildInformation
    /// Shown at the top of the page: what the operator must know, one sentence each.
    package var warnings: @Sendable () -> [String] = { [] }

    package init(queries: QueryService, targets: any TargetDirectory, clock: any TimeSource, build: BuildInformation) {
        self.queries = queries
        self.targets = targets
        self.clock = clock
        self.build = build
    }

    /// Adds `/` and the paths that lead there.
    package func register(on router: inout Router) {
        router.addDeferred([.get], "/") { page($0, $1) }
        for path in ["/graph", "/query"] {
            router.add([.get], path, .inline) { request in
                guard let expression = request.parameters["g0.expr"] else { return .redirect(to: "/") }
                return .redirect(to: "/?g0.expr=" + PercentText.encode(expression))
            }
        }
        router.add([.get], "/targets", .inline) { _ in .redirect(to: "/#targets") }
    }

    /// Answers with the page; an expression is evaluated before, when its turn comes.
    private func page(_ request: Request, _ later: () -> @Sendable (Response) -> Void) -> Response? {
        let expression = request.parameters["g0.expr"] ?? ""
        if expression.isEmpty { return page(expression, nil) }
        let client = QueryCall.Client(
            address: request.clientAddress, userAgent: request.headers["User-Agent"] ?? "",
            method: request.method.rawValue, path: request.path)
        let call = QueryCall(expression, .instant(clock.wallMilliseconds()), client: client)
        let answer = later()
        request.client.whenGone(queries.submit(call) { outcome, _ in answer(page(expression, outcome)) })
        return nil
    }

    private func page(_ expression: String, _ outcome: QueryService.Outcome?) -> Response {
        let html = HTMLWriter(buffer: ByteBuffer(capacity: 16 << 10))
        writeHead(to: html)
        writeForm(expression, to: html)
        if let outcome {
            html.raw("<h2>Answer</h2>\n")
            switch outcome {
            case .success(let result): AnswerTable(html: html).write(result)
            case .failure(let error): AnswerTable(html: html).write(error, expression)
            }
        }
        writeTargets(to: html)
        html.raw("</body></html>\n")
        var response = Response(contentType: "text/html; charset=utf-8", body: .bytes(html.buffer))
        // Nothing on the page comes from elsewhere or runs; an escape that was forgotten stays harmless.
        response.headers["Content-Security-Policy"] =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'"
        response.headers["Cache-Control"] = "no-store"
        return response
    }

    private func writeHead(to html: HTMLWriter) {
        html.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Apus</title>")
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        html.raw("<link rel=\"icon\" href=\"data:,\"><style>")
        html.raw(PageStyle.css)
        html.raw("</style></head>\n<body><header><h1>Apus <small>")
        html.text(build.version)
        html.raw("</small></h1><nav><a href=\"/metrics\">Metrics</a><a href=\"#targets\">Targets</a>")
        html.raw("<a href=\"/api/v1/targets\">API: targets</a><a href=\"/api/v1/metadata\">API: metadata</a>")
        html.raw("<a href=\"/api/v1/status/flags\">API: flags</a></nav></header>\n")
        for warning in warnings() {
            html.raw("<p class=\"warning\" role=\"alert\">")
            html.text(warning)
            html.raw("</p>\n")
        }
    }

    private func writeForm(_ expression: String, to html: HTMLWriter) {
        html.raw("<form action=\"/\" method=\"get\"><input name=\"g0.expr\" aria-label=\"PromQL expression\" ")
        html.raw("placeholder=\"PromQL, for example: up\" autocomplete=\"off\" spellcheck=\"false\" value=\"")
        html.text(expression)
        html.raw("\"><button>Run</button></form>\n")
    }

    private func writeTargets(to html: HTMLWriter) {
        TargetTable(html: html, now: clock.wallMilliseconds()).write(targets.targets())
    }
}
