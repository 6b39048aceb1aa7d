import Foundation
import Model
import Testing

@testable import CommandLineTool

extension EndToEndTests {
    @Suite(.serialized) struct QueryToolTests {
        @Test func everyOutput() throws {
            let folder = try TestFolder()
            let server = try TestServer(in: folder)
            _ = try eventually("a sample") { try server.instant("up").isEmpty ? nil : true }
            func query(_ arguments: String...) throws -> Program.Result {
                try folder.run(["query"] + arguments, environment: ["APUS_SERVER": server.base])
            }
            let table = try query("up")
            #expect(table.code == 0, "\(table.errors)")
            #expect(table.output.hasPrefix("SERIES"))
            #expect(table.output.contains("up{instance=\"\(server.base.dropFirst(7))\", job=\"apus\"}      1\n"))
            let json = try query("--output=json", "up")
            #expect(json.output.hasPrefix("{\"status\":\"success\""))
            let csv = try query("--range", "1m", "--step", "1s", "--output=csv", "up")
            #expect(csv.output.hasPrefix("__name__,instance,job,time,value\nup,"))
            let range = try query("--range", "1m", "--step", "1s", "up")
            #expect(range.output.contains("TIME (UTC)"))
            let graph = try query("--range", "1m", "--step", "1s", "--output=graph", "up")
            #expect(graph.output.contains("UTC\n"))
            #expect(graph.output.contains("SERIES"))
            let wrong = try query("sum(rate(x[5m))")
            #expect(wrong.code == 1)
            #expect(wrong.errors.contains("parse error"), "\(wrong.errors)")
            #expect(wrong.errors.contains("  sum(rate(x[5m))\n               ^\n"), "\(wrong.errors)")
        }

        @Test func withoutServer() throws {
            let result = try TestFolder().run(["query", "--server=127.0.0.1:1", "up"])
            #expect(result.code == 1)
            #expect(result.errors.contains("connection refused"), "\(result.errors)")
            #expect(result.errors.contains("apus serve"), "\(result.errors)")
        }
    }
}
