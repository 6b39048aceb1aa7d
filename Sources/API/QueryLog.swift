import Model
import Platform
import QueryEngine
import Synchronization
import Telemetry

/// Writes one line of JSON for each query that has ended, in the form of Prometheus's query log, with the cost as we
/// know it under `cost`. Thread safe.
package final class QueryLog: Sendable {
    private struct State {
        var file: (any File)?
        /// The last line could not be written; that is said once.
        var hasFailed = false
    }

    private let files: any FileSystem
    private let clock: any TimeSource
    private let logger: Logger
    private let state = Mutex(State())

    package init(files: any FileSystem, clock: any TimeSource, logger: Logger) {
        self.files = files
        self.clock = clock
        self.logger = logger
    }

    /// Opens the file, made when it is missing; after a file was renamed, a new one at its path. Nil ends the log.
    package func open(_ path: String?) {
        do throws(FileError) {
            let file = if let path { try files.open(path, .create) } else { nil as (any File)? }
            state.withLock { $0 = State(file: file) }
        } catch {
            state.withLock { $0 = State() }
            logger.error("the query log cannot be opened", ["reason": error.description])
        }
    }

    package func write(_ report: QueryReport, _ statistics: QueryStatistics) {
        if state.withLock({ $0.file == nil }) { return }
        let buffer = ByteBuffer(capacity: 1024)
        var writer = JSONWriter(buffer)
        writer.line(report, statistics, now: clock.wallMilliseconds())
        buffer.append("\n")
        let failure = state.withLock { state -> FileError? in
            do throws(FileError) {
                try state.file?.append(buffer.bytes)
                state.hasFailed = false
                return nil
            } catch {
                defer { state.hasFailed = true }
                return state.hasFailed ? nil : error
            }
        }
        if let failure { logger.error("the query log cannot be written", ["reason": failure.description]) }
    }
}

extension JSONWriter {
    fileprivate mutating func line(_ report: QueryReport, _ statistics: QueryStatistics, now: Int64) {
        object { writer in
            writer.name("params")
            writer.object { writer in
                writer.member("query", report.call.text)
                let (start, end, step) = report.call.times.bounds
                writer.member("start", TimeText.rfc3339(start))
                writer.member("end", TimeText.rfc3339(end))
                writer.member("step", Double(step) / 1000)
            }
            if let error = report.error { writer.member("error", error) }
            writer.name("stats")
            writer.statistics(statistics, report)
            writer.name("cost")
            writer.object { writer in
                writer.member("id", "\(report.identifier)")
                writer.member("state", report.state.rawValue)
                writer.member("series", report.series)
                writer.member("samples", report.samples)
                writer.member("peakBytes", report.peakBytes)
            }
            writer.name("httpRequest")
            writer.object { writer in
                writer.member("clientIP", report.call.client.address)
                writer.member("method", report.call.client.method)
                writer.member("path", report.call.client.path)
                writer.member("userAgent", report.call.client.userAgent)
            }
            writer.member("ts", TimeText.rfc3339(now))
        }
    }
}

extension QueryCall.Times {
    /// Of an instant query both ends are its time and the step is 0.
    fileprivate var bounds: (start: Int64, end: Int64, step: Int64) {
        switch self {
        case .instant(let time): (time, time, 0)
        case .range(let start, let end, let step): (start, end, step)
        }
    }
}
