import HTTP
import Model
import Platform

/// `apus query`: asks a server and shows the answer.
struct QueryCommand: Command {
    enum Output: String, CaseIterable {
        case table, json, csv, graph
    }

    let name = "query"

    var help: CommandHelp {
        CommandHelp(
            usage: "query [flags] EXPRESSION",
            summary: "Evaluates a PromQL expression on a running server and prints the answer.",
            flags: Self.flags,
            examples: [
                "apus query 'up'",
                "apus query --range 10m --step 15s 'rate(node_cpu_seconds_total{mode=\"user\"}[1m])'",
                "apus query --range 1h --output=graph 'process_resident_memory_bytes'",
                "apus query --server http://prometheus:9090 --time now-1h --output=csv 'topk(5, scrape_duration_seconds)'",
            ])
    }

    private static let flags: [Flag] = [
        Flag(
            "server", .value(placeholder: "URL", default: nil),
            "The server; else APUS_SERVER, else http://127.0.0.1:9090."),
        Flag("time", .value(placeholder: "TIME", default: nil), "Evaluate at this time instead of now."),
        Flag("range", .value(placeholder: "DURATION", default: nil), "Evaluate over the last 10m, 1h, 2d, ..."),
        Flag("start", .value(placeholder: "TIME", default: nil), "Evaluate from this time on."),
        Flag("end", .value(placeholder: "TIME", default: nil), "End of the range instead of now."),
        Flag(
            "step", .value(placeholder: "DURATION", default: nil),
            "Distance of the points of a range; else at most 120 points."),
        Flag("explain", .boolean(default: false), "Show the plan and what it may cost; nothing is evaluated."),
        Flag(
            "analyze", .boolean(default: false),
            "Show what each part of the query cost and, when the answer is empty, why."),
        Flag("output", short: "o", .value(placeholder: "FORM", default: "table"), "table, json, csv or graph."),
    ]

    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode {
        guard values.arguments.count == 1, let expression = values.arguments.first else {
            throw UsageError(
                values.arguments.isEmpty
                    ? "an expression is missing" : "one expression is expected: put it in quotes")
        }
        let output = try values.choice("output", Output.self) ?? .table
        let request = try QueryTimes(now: shell.clock.wallMilliseconds()).request(values)
        if output == .graph, case .instant = request {
            throw UsageError("a graph needs a range: add --range (as 1h) or --start")
        }
        let insight = try Self.insight(values)
        let base = ServerAddress.base(values.text("server") ?? shell.variable("APUS_SERVER") ?? "")

        let reply: IncomingReply
        do throws(HTTPClientError) {
            reply = try shell.send(request.http(expression, base: base, insight: insight))
        } catch {
            shell.error("apus query: \(error)\n")
            if !error.isTimeout {
                shell.error(
                    "Is the server running? Start one with `apus serve`, or name another with --server or APUS_SERVER.\n"
                )
            }
            return .failed
        }
        return Self.show(reply, of: expression, request, insight, as: output, base: base, shell)
    }

    private static func insight(_ values: FlagValues) throws(UsageError) -> QueryInsight? {
        if values.isOn("explain"), values.isOn("analyze") { throw UsageError("give --explain or --analyze, not both") }
        return values.isOn("explain") ? .explain : values.isOn("analyze") ? .analyze : nil
    }

    /// Without a slash at the end, with a scheme.
    private static func show(
        _ reply: IncomingReply, of expression: String, _ request: QueryRequest, _ insight: QueryInsight?,
        as output: Output, base: String, _ shell: Shell
    ) -> ExitCode {
        guard let json = try? JSONReader.read(reply.body), let status = json["status"]?.string else {
            shell.error("apus query: \(base) answered \(reply.status) and no JSON: is this a Prometheus API?\n")
            return .failed
        }
        if status == "error" {
            fail(json["error"]?.string ?? "no reason given", of: expression, shell)
            return .failed
        }
        guard let answer = QueryAnswer(json) else {
            shell.error("apus query: the answer of \(base) has an unknown form\n")
            return .failed
        }
        for note in answer.notes { shell.error("\(note)\n") }
        if let insight, output != .json {
            guard let plan = json["data"]?[insight.member] else {
                shell.error("apus query: \(base) does not tell its plans: only Apus does\n")
                return .failed
            }
            shell.output(PlanPrinter.text(plan))
            return .ok
        }
        switch output {
        case .json: shell.output(String(decoding: reply.body, as: UTF8.self) + "\n")
        case .csv: shell.output(CSVPrinter.text(answer))
        case .table: say(TablePrinter(width: shell.size.columns).text(answer), shell)
        case .graph: say(graph(answer, request, shell), shell)
        }
        return .ok
    }

    private static func say(_ text: String, _ shell: Shell) {
        if text.isEmpty {
            shell.error("The answer is empty: no series matches, or none has samples at that time.\n")
        } else {
            shell.output(text)
        }
    }

    private static func graph(_ answer: QueryAnswer, _ request: QueryRequest, _ shell: Shell) -> String {
        guard case .matrix(let series) = answer.value, case .range(_, _, let step) = request else { return "" }
        // Room for the axis, the legend's heads and the prompt.
        let size = (shell.size.columns, shell.isTerminal ? shell.size.rows - 6 : 16)
        return Graph(size: size, showsUnicode: shell.showsUnicode, showsColours: shell.showsColours)
            .text(series, step: step)
    }

    private static func fail(_ message: String, of expression: String, _ shell: Shell) {
        shell.error("apus query: \(message)\n")
        if let place = Caret.text(query: expression, message: message) { shell.error(place) }
    }
}
