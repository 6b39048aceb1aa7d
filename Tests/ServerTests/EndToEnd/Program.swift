import Foundation

/// A program under test, its output going to files.
final class Program {
    struct Result {
        var code: Int32
        var output: String
        var errors: String
    }

    /// The `apus` that was built with these tests.
    static let apus: URL = {
        let tests = URL(fileURLWithPath: CommandLine.arguments.first ?? "")
        return tests.deletingLastPathComponent().appendingPathComponent("apus")
    }()

    private let process = Process()
    private let outputFile: URL
    private let errorFile: URL

    init(_ program: URL, _ arguments: [String], in folder: URL, environment: [String: String] = [:]) throws {
        let name = UUID().uuidString
        outputFile = folder.appendingPathComponent(name + ".out")
        errorFile = folder.appendingPathComponent(name + ".err")
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
            .merging(environment) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
    }

    deinit { kill() }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }
    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) { Foundation.kill(process.processIdentifier, number) }

    /// `kill -9`, and waits until it is gone.
    func kill() {
        guard process.isRunning else { return }
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for the end.
    func wait() -> Result {
        process.waitUntilExit()
        return Result(code: process.terminationStatus, output: output, errors: errors)
    }

    /// Where a program is on PATH.
    static func find(_ name: String) -> URL? {
        for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
            let path = "\(folder)/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) { return URL(fileURLWithPath: path) }
        }
        return nil
    }
}
