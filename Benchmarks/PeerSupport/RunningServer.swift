import Foundation
import Glibc
import Synchronization

/// A started server.
package final class RunningServer {
    package let contender: Contender
    package let port: UInt16
    package let data: URL
    /// Seconds from the start of the process to the first answer that says ready.
    package private(set) var secondsToReady = 0.0
    private let process = Process()
    /// Of the servers that were started and not ended by `stop`.
    private static let running = Mutex<Set<Int32>>([])

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
        _ = Self.running.withLock { $0.insert(identifier) }
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

    /// Ends all servers, paused ones too, when this process is told to end.
    package static func endWithThisProcess() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                // Not waited for: the thread that was interrupted may hold the lock.
                _ = RunningServer.running.withLockIfAvailable { for identifier in $0 { kill(identifier, SIGKILL) } }
                _exit(128 + number)
            }
        }
    }

    /// Ends it and returns the seconds that took.
    @discardableResult package func stop(signal: Int32 = SIGTERM) -> Double {
        let start = Clock.seconds()
        kill(identifier, signal)
        process.waitUntilExit()
        _ = Self.running.withLock { $0.remove(identifier) }
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
