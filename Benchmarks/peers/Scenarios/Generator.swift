import Foundation
import HTTP
import Model
import PeerSupport
import Platform
import Synchronization
import Telemetry
import Workload

/// Serves the pages of a workload's targets at `/t/N/metrics` on one port of this machine.
final class Generator {
    let port: UInt16
    let workload: Workload
    private let server: HTTPServer
    private let arrivals: Arrivals

    /// When each target was scraped, seconds. Thread safe.
    private final class Arrivals: Sendable {
        let times: Mutex<[Int: [Double]]> = Mutex([:])
    }

    init(_ workload: Workload) throws {
        self.workload = workload
        let pages = ExporterPages(workload)
        let clock = SystemTime()
        let arrivals = Arrivals()
        self.arrivals = arrivals
        var router = Router()
        router.add([.get], "/t/:target/metrics", .inline) { request in
            let buffer = ByteBuffer(capacity: workload.seriesPerTarget * 128)
            let target = Int(request.pathParameters["target"] ?? "") ?? 0
            arrivals.times.withLock { $0[target, default: []].append(Clock.seconds()) }
            pages.render(target: target, at: clock.wallMilliseconds(), into: buffer)
            var response = Response(contentType: "text/plain; version=0.0.4", body: .bytes(buffer))
            // Compression would be paid by whoever reads, and by this machine.
            response.headers["Content-Encoding"] = "identity"
            return response
        }
        let logger = Logger(minimum: .error, clock: clock) { _ in }
        server = try HTTPServer(
            options: HTTPServerOptions(addresses: ["127.0.0.1:0"]), router: router, registry: MetricRegistry(),
            logger: logger, clock: clock)
        port = UInt16(server.addresses.first?.split(separator: ":").last ?? "") ?? 0
    }

    /// How far the gaps between scrapes of one target are from the interval, milliseconds.
    func jitter(percentile: Int) -> Double {
        var deviations: [Double] = []
        for times in arrivals.times.withLock({ $0 }).values {
            // The first gap is the step from "at once" to the target's own phase.
            for (earlier, later) in zip(times.dropFirst(), times.dropFirst(2)) {
                deviations.append(abs((later - earlier) * 1000 - Double(workload.interval)))
            }
        }
        deviations.sort()
        return deviations.isEmpty ? 0 : deviations[min(deviations.count - 1, deviations.count * percentile / 100)]
    }

    func stop() { server.stop(grace: 100) }

    /// A configuration that every contender takes: one job a target.
    func configuration() -> String {
        let interval = DurationText.text(workload.interval)
        var text = "global: {scrape_interval: \(interval), scrape_timeout: \(interval)}\nscrape_configs:\n"
        for target in 0..<workload.targets {
            text += "- {job_name: t\(target), metrics_path: /t/\(target)/metrics, "
            text += "static_configs: [{targets: ['127.0.0.1:\(port)']}]}\n"
        }
        return text
    }
}
