import Foundation
import Glibc

/// A started server.
package final class RunningServer {
    package let contender: Contender
    package let port: UInt16
    package let data: URL
    /// Seconds from the start of the process to the first answer that says ready.
    package private(set) var secondsToReady = 0.0
    private let process = Process()

    /// Of the process.
    package var identifier: Int32 { process.processIdentifier }
    package var figures: ProcessFigures { ProcessFigures(of: identifier) }

    /// Starts it and waits until it is ready; its output goes to a file beside the data.
    package init(
        _ contender: Contender, configuration: URL?, data: URL, port: UInt16, flags: [String] = []
    ) throws {
        self.contender = contender
        self.data = data
        self.port = port
        guard let executable = contender.executable else {
            throw Connection.Failure(description: "\(contender.rawValue) is not installed")
        }
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = contender.arguments(configuration: configuration, data: data, port: port) + flags
        let log = data.deletingLastPathComponent().appendingPathComponent("\(contender.rawValue).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let handle = try FileHandle(forWritingTo: log)
        process.standardOutput = handle
        process.standardError = handle
        let start = Clock.seconds()
        try process.run()
        try waitUntilReady(since: start)
    }

    private func waitUntilReady(since start: Double) throws {
        let connection = Connection(port: port)
        while Clock.seconds() - start < 120 {
            if let reply = try? connection.get(contender.readyPath), reply.status == 200 {
                secondsToReady = Clock.seconds() - start
                return
            }
            if !process.isRunning { throw Connection.Failure(description: "\(contender.rawValue) ended at its start") }
            usleep(2000)
        }
        throw Connection.Failure(description: "\(contender.rawValue) was not ready after 120 s")
    }

    /// Lets it do nothing, not even in the background, until it goes on.
    package func pause() { kill(identifier, SIGSTOP) }
    package func resume() { kill(identifier, SIGCONT) }

    /// Ends it and returns the seconds that took.
    @discardableResult package func stop(signal: Int32 = SIGTERM) -> Double {
        let start = Clock.seconds()
        kill(identifier, signal)
        process.waitUntilExit()
        return Clock.seconds() - start
    }
}

/// Time as measurements need it.
package enum Clock {
    /// Since some moment; never set back.
    package static func seconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    package static func wallMilliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
