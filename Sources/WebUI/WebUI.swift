import HTTP
import Model
import Platform
import QueryEngine
import Telemetry

/// The pages for people: one, without script.
package struct WebUI: Sendable {
    package var engine: Engine
    package var targets: any TargetDirectory
    package var clock: any TimeSource
    package var build: BuildInformation
    /// Shown at the top of the page: what the operator must know, one sentence each.
    package var warnings: @Sendable () -> [String] = { [] }

    package init(engine: Engine, targets: any TargetDirectory, clock: any TimeSource, build: BuildInformation) {
        self.engine = engine
        self.targets = targets
        self.clock = clock
        self.build = build
    }

    /// Adds `/` and the paths that lead there.
    package func register(on router: inout Router) {
        router.add([.get], "/", .worker) { page($0) }
        for path in ["/graph", "/query"] {
            router.add([.get], path, .inline) { request in
                guard let expression = request.parameters["g0.expr"] else { return .redirect(to: "/") }
                return .redirect(to: "/?g0.expr=" + PercentText.encode(expression))
            }
        }
        router.add([.get], "/targets", .inline) { _ in .redirect(to: "/#targets") }
    }

    private func page(_ request: Request) -> Response {
        let html = HTMLWriter(buffer: ByteBuffer(capacity: 16 << 10))
        let expression = request.parameters["g0.expr"] ?? ""
        writeHead(to: html)
        writeForm(expression, to: html)
        if !expression.isEmpty { writeAnswer(expression, request.client, to: html) }
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

    private func writeAnswer(_ expression: String, _ client: ClientConnection, to html: HTMLWriter) {
        let cancellation = Cancellation()
        client.whenGone { cancellation.cancel() }
        html.raw("<h2>Answer</h2>\n")
        do throws(QueryError) {
            let result = try engine.instant(expression, at: clock.wallMilliseconds(), cancellation: cancellation)
            AnswerTable(html: html).write(result)
        } catch {
            AnswerTable(html: html).write(error, expression)
        }
    }

    private func writeTargets(to html: HTMLWriter) {
        TargetTable(html: html, now: clock.wallMilliseconds()).write(targets.targets())
    }
}
