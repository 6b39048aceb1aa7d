import PeerSupport

/// What asking one question again and again costs.
struct QuestionTiming {
    /// Milliseconds.
    var first = 0.0
    var p50 = 0.0
    var p95 = 0.0
    /// Server CPU milliseconds a request.
    var cpu = 0.0
    var bytes = 0
    /// Anonymous bytes above those before the question.
    var peakGrowth = 0

    /// Processor time is known in hundredths of a second: short questions are asked for so long.
    private static let milliseconds = 400.0

    /// Asks at least `repeats` times, the slow ones three times.
    static func measure(
        _ path: String, on server: RunningServer, repeats: Int
    ) throws -> (timing: QuestionTiming, reply: Connection.Reply) {
        var timing = QuestionTiming()
        let connection = Connection(port: server.port)
        let rest = server.figures.anonymous
        let reply = try timed(&timing.first) { try connection.get(path) }
        timing.bytes = reply.body.count
        guard reply.status == 200 else {
            let text = String(decoding: reply.body.prefix(200), as: UTF8.self)
            throw Connection.Failure(description: "status \(reply.status): \(text)")
        }
        // The first one may have met cold caches.
        var second = 0.0
        _ = try timed(&second) { try connection.skim(path) }
        let count = second > 2000 ? 3 : max(repeats, min(1000, Int(milliseconds / max(second, 0.01))))
        let cpu = server.figures.cpu
        var times: [Double] = []
        for number in 0..<count {
            var time = 0.0
            _ = try timed(&time) { try connection.skim(path) }
            times.append(time)
            if number < repeats { timing.peakGrowth = max(timing.peakGrowth, server.figures.anonymous - rest) }
        }
        times.sort()
        timing.cpu = (server.figures.cpu - cpu) * 1000 / Double(count)
        timing.p50 = times[times.count / 2]
        timing.p95 = times[min(times.count - 1, times.count * 95 / 100)]
        return (timing, reply)
    }

    private static func timed<Value>(_ milliseconds: inout Double, _ body: () throws -> Value) rethrows -> Value {
        let began = Clock.seconds()
        defer { milliseconds = (Clock.seconds() - began) * 1000 }
        return try body()
    }
}
