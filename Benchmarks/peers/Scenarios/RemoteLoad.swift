import Foundation
import PeerSupport
import Workload

/// Fills a server with the past by remote write, and what that costs.
struct RemoteLoad {
    struct Result {
        var cpuSecondsPerMillionSamples = 0.0
        var seconds = 0.0
        var diskBytesPerSample = 0.0
        var anonymousBytesPerSeries = 0.0
        var restartAfterKillSeconds = 0.0
    }

    let workload: Workload
    /// Milliseconds of the first step.
    let start: Int64
    let steps: Int

    /// A server is given this long to bring everything to disk: victoria-metrics loses less of the load by kill -9 then.
    private static let settling: UInt32 = 12

    /// Seconds; a whole multiple of the interval, not before the last sample but for less than an interval.
    var end: Double {
        Double((start + Int64(steps - 1) * workload.interval) / workload.interval * workload.interval) / 1000
    }

    /// The start of a load whose last samples are of now. Times stand 7 s behind the whole multiples of the interval, so
    /// that windows which are open on the left and those which are closed hold the same samples.
    static func start(_ workload: Workload, steps: Int, endingBefore age: Int64 = 0) -> Int64 {
        let now = (Clock.wallMilliseconds() - age) / workload.interval * workload.interval
        return now - Int64(steps + 1) * workload.interval + 7000
    }

    /// Starts a server, sends everything, kills it and starts it again.
    func run(_ contender: Contender, folder: URL) throws -> (server: RunningServer, result: Result) {
        var result = Result()
        let data = folder.appendingPathComponent("data")
        let configuration = try idleConfiguration(in: folder)
        let server = try RunningServer(contender, configuration: configuration, data: data, port: freePort())
        do {
            try send(to: server, into: &result)
        } catch {
            server.stop(signal: SIGKILL)
            throw error
        }
        sleep(Self.settling)
        server.stop(signal: SIGKILL)
        let next = try RunningServer(contender, configuration: configuration, data: data, port: freePort())
        result.restartAfterKillSeconds = next.secondsToReady
        return (next, result)
    }

    func send(to server: RunningServer, into result: inout Result) throws {
        let before = server.figures.cpu
        result.seconds = try RemoteWriter(workload: workload, start: start, steps: steps).send(to: server)
        let series = Double(workload.targets * workload.seriesPerTarget)
        let samples = series * Double(steps)
        sleep(3)
        result.cpuSecondsPerMillionSamples = (server.figures.cpu - before) / samples * 1e6
        result.anonymousBytesPerSeries = Double(server.figures.anonymous) / series
        result.diskBytesPerSample = Double(diskBytes(below: server.data)) / samples
    }
}
