import Glibc
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

    /// Questions are asked again for so long,
    private static let milliseconds = 400.0
    /// short ones after a pause of a millisecond each. A client that asks again the moment it is answered measures how
    /// long a server's threads spin before they sleep; people and dashboards do not.
    private static let short = 2.0
    private static let pause: UInt32 = 1000

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
        let isShort = second < short
        let interval = isShort ? second + Double(pause) / 1000 : second
        let count = second > 2000 ? 3 : max(repeats, Int(milliseconds / interval))
        let cpu = ProcessFigures.threadNanoseconds(of: server.identifier)
        var times: [Double] = []
        for number in 0..<count {
            var time = 0.0
            if isShort { usleep(pause) }
            _ = try timed(&time) { try connection.skim(path) }
            times.append(time)
            if number < repeats { timing.peakGrowth = max(timing.peakGrowth, server.figures.anonymous - rest) }
        }
        times.sort()
        let spent = ProcessFigures.threadNanoseconds(of: server.identifier) - cpu
        timing.cpu = Double(spent) / 1e6 / Double(count)
        timing.p50 = times[times.count / 2]
        timing.p95 = times[min(times.count - 1, times.count * 95 / 100)]
        return (timing, reply)
    }

    /// Asks each of several questions once; the first one counts for none of the figures.
    static func measure(_ paths: [String], on server: RunningServer) throws -> QuestionTiming {
        var timing = QuestionTiming()
        let connection = Connection(port: server.port)
        var times: [Double] = []
        var cpu = 0
        for (number, path) in paths.enumerated() {
            usleep(pause)
            var time = 0.0
            _ = try timed(&time) { try connection.skim(path) }
            if number == 0 { cpu = ProcessFigures.threadNanoseconds(of: server.identifier) } else { times.append(time) }
        }
        let spent = ProcessFigures.threadNanoseconds(of: server.identifier) - cpu
        times.sort()
        timing.cpu = Double(spent) / 1e6 / Double(times.count)
        timing.p50 = times[times.count / 2]
        timing.p95 = times[times.count * 95 / 100]
        return timing
    }

    /// Of several turns; nil of none. The first request and the growth are those of the first turn.
    static func median(_ turns: [QuestionTiming]) -> QuestionTiming? {
        guard var result = turns.first else { return nil }
        func middle(_ figure: KeyPath<QuestionTiming, Double>) -> Double {
            turns.map { $0[keyPath: figure] }.sorted()[turns.count / 2]
        }
        result.p50 = middle(\.p50)
        result.p95 = middle(\.p95)
        result.cpu = middle(\.cpu)
        return result
    }

    var isShort: Bool { p50 < Self.short }

    private static func timed<Value>(_ milliseconds: inout Double, _ body: () throws -> Value) rethrows -> Value {
        let began = Clock.seconds()
        defer { milliseconds = (Clock.seconds() - began) * 1000 }
        return try body()
    }
}
