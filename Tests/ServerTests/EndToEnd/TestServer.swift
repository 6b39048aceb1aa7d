import Foundation
import HTTP
import Model
import Testing

@testable import CommandLineTool

/// A folder of its own that goes away with the test.
final class TestFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("apus-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ text: String, to name: String) throws {
        try text.write(to: url.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Program.Result {
        try Program(Program.apus, arguments, in: url, environment: environment).wait()
    }
}

/// A running `apus serve` on a port of its own, with its data in the test's folder.
final class TestServer {
    let program: Program
    private let folder: TestFolder
    /// `http://127.0.0.1:PORT`
    let base: String

    /// Starts and waits until it is ready.
    init(in folder: TestFolder, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        let all = ["serve", "--web.listen-address=127.0.0.1:0"] + arguments
        let program = try Program(Program.apus, all, in: folder.url, environment: environment)
        self.program = program
        self.folder = folder
        base = try eventually("the server says where it listens: \(program.errors)") {
            if !program.isRunning { throw Stopped(reason: program.errors) }
            guard program.output.contains("\n"), let start = program.output.range(of: "http://") else { return nil }
            return String(program.output[start.lowerBound...].prefix { $0 != "\n" && $0 != "," })
        }
        try eventually("ready: \(program.errors)") { try get("/-/ready").status == 200 ? () : nil }
    }

    struct Stopped: Error {
        var reason: String
    }

    func get(_ path: String) throws -> IncomingReply { try HTTPClient.send(OutgoingRequest(url: base + path)) }

    func text(_ path: String) throws -> String { String(decoding: try get(path).body, as: UTF8.self) }

    func json(_ path: String) throws -> JSONValue {
        let reply = try get(path)
        #expect(reply.status == 200, "\(path): \(String(decoding: reply.body, as: UTF8.self))")
        return try JSONReader.read(reply.body)
    }

    /// The answer to an instant query: label values of `label` to sample values.
    func instant(_ query: String, by label: String = "job") throws -> [String: String] {
        let answer = try json("/api/v1/query?query=" + PercentText.encode(query))
        let result = try #require(answer["data"]?["result"]?.array)
        return Dictionary(
            result.map { ($0["metric"]?[label]?.string ?? "", $0["value"]?.array?.last?.string ?? "") },
            uniquingKeysWith: { $1 })
    }

    /// The series of a range query.
    func range(_ query: String, start: Double, end: Double, step: Double) throws -> [JSONValue] {
        let answer = try json(
            "/api/v1/query_range?query=" + PercentText.encode(query) + "&start=\(start)&end=\(end)&step=\(step)")
        return try #require(answer["data"]?["result"]?.array)
    }

    func post(_ path: String) throws -> IncomingReply {
        var request = OutgoingRequest(url: base + path)
        request.method = "POST"
        return try HTTPClient.send(request)
    }

    /// SIGTERM and the end.
    func stop() -> Program.Result {
        program.signal(SIGTERM)
        return program.wait()
    }
}
