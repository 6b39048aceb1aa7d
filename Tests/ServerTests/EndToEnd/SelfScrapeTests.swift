import Foundation
import HTTP
import Model
import Testing

@testable import CommandLineTool

extension EndToEndTests {
    @Suite(.serialized) struct SelfScrapeTests {
        @Test func freshMachineShowsDataAtOnce() throws {
            let folder = try TestFolder()
            let begin = Date()
            let server = try TestServer(in: folder)
            let ready = Date().timeIntervalSince(begin)
            let up = try eventually("the server scrapes itself") {
                let up = try server.instant("up")
                return up.isEmpty ? nil : up
            }
            let first = Date().timeIntervalSince(begin)
            print("ready after \(ready) s, first sample after \(first) s")
            #expect(up == ["apus": "1"])
            #expect(first < 5)
            #expect(server.program.output.contains("answers on http://127.0.0.1:"))
            #expect(FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("data").path))

            let targets = try server.json("/api/v1/targets")
            #expect(targets["data"]?["activeTargets"]?.array?.count == 1)
            let names = try server.json("/api/v1/label/__name__/values")["data"]?.array?.compactMap(\.string) ?? []
            for name in ["up", "scrape_duration_seconds", "process_resident_memory_bytes", "prometheus_build_info"] {
                #expect(names.contains(name), "\(name)")
            }
        }

        @Test func answersGrafanasTest() throws {
            let server = try TestServer(in: try TestFolder())
            let answer = try server.json("/api/v1/query?query=1%2B1&time=4")
            #expect(answer["data"]?["result"] == .array([.number(4), .string("2")]))
            let build = try server.json("/api/v1/status/buildinfo")
            #expect(build["data"]?["version"]?.string == "3.14.0")
            #expect(build["data"]?["apusVersion"]?.string == "0.1.0")
            #expect(build["data"]?["features"] == nil)
            #expect(try server.get("/-/healthy").status == 200)
            #expect(try server.text("/").contains("Apus"))
        }

        @Test(arguments: [SIGTERM, SIGINT])
        func signalsEndItCleanly(signal: Int32) throws {
            let server = try TestServer(in: try TestFolder())
            let begin = Date()
            server.program.signal(signal)
            let result = server.program.wait()
            #expect(result.code == 0, "\(result.errors)")
            #expect(Date().timeIntervalSince(begin) < 5)
        }

        @Test func remoteWriteIsOffUnlessAskedFor() throws {
            let folder = try TestFolder()
            #expect(try TestServer(in: folder).post("/api/v1/write").status == 404)
            let server = try TestServer(in: folder, ["--web.enable-remote-write-receiver"])
            #expect(try server.post("/api/v1/write").status != 404)
        }

        @Test func lifecycleIsOffUnlessAskedFor() throws {
            let folder = try TestFolder()
            #expect(try TestServer(in: folder).post("/-/reload").status == 403)
            let server = try TestServer(in: folder, ["--web.enable-lifecycle"])
            #expect(try server.post("/-/reload").status == 200)
            #expect(try server.post("/-/quit").status == 200)
            #expect(server.program.wait().code == 0)
        }
    }
}
