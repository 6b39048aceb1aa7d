import Foundation

/// One of the servers that are compared.
package enum Contender: String, CaseIterable {
    case apus
    case prometheus
    case victoria = "victoria-metrics"

    /// Where the program is; nil when it is not installed.
    package var executable: String? {
        switch self {
        case .apus:
            let path = Paths.repository.appendingPathComponent(".build/release/apus").path
            return FileManager.default.isExecutableFile(atPath: path) ? path : nil
        case .prometheus, .victoria:
            let path = "/usr/bin/\(rawValue)"
            return FileManager.default.isExecutableFile(atPath: path) ? path : nil
        }
    }

    /// The command line of a server for measurements.
    package func arguments(configuration: URL?, data: URL, port: UInt16) -> [String] {
        switch self {
        case .apus, .prometheus:
            var result = ["--storage.tsdb.path=\(data.path)", "--web.listen-address=127.0.0.1:\(port)"]
            if let configuration { result.append("--config.file=\(configuration.path)") }
            result += ["--web.enable-remote-write-receiver", "--log.level=warn"]
            return self == .apus ? ["serve"] + result : result
        case .victoria:
            var result = ["-storageDataPath=\(data.path)", "-httpListenAddr=127.0.0.1:\(port)", "-retentionPeriod=2y"]
            result += ["-loggerLevel=WARN", "-search.maxUniqueTimeseries=10000000", "-search.maxQueryDuration=120s"]
            result += ["-search.maxSamplesPerQuery=1000000000", "-search.latencyOffset=0s"]
            if let configuration { result.append("-promscrape.config=\(configuration.path)") }
            return result
        }
    }

    /// Runs its program to the end, which must be a good one.
    package func perform(_ arguments: [String]) throws {
        guard let executable else { throw Connection.Failure(description: "\(rawValue) is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus == 0 { return }
        let command = arguments.joined(separator: " ")
        throw Connection.Failure(description: "\(rawValue) \(command) ended with \(process.terminationStatus)")
    }

    /// Answers with 200 once the server takes requests.
    package var readyPath: String { self == .victoria ? "/health" : "/-/ready" }
}

/// Folders of the repository.
package enum Paths {
    package static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    package static let results = repository.appendingPathComponent(".build/bench")
}
