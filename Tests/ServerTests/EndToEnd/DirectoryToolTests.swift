import Foundation
import HTTP
import Testing

extension EndToEndTests {
    @Suite(.serialized) struct DirectoryToolTests {
        private func ended(_ server: TestServer) {
            server.program.signal(SIGTERM)
            _ = server.program.wait()
        }

        /// The tools refuse a directory that a server holds; a snapshot is asked of the server.
        @Test func aRunningServerIsAsked() throws {
            let folder = try TestFolder()
            let server = try TestServer(in: folder, ["--web.enable-admin-api"])
            try eventually("a scrape") { try server.instant("up")["apus"] == "1" ? () : nil }
            for command in ["list", "digest", "verify", "repair", "dump", "analyze"] {
                let refused = try folder.run(["tsdb", command])
                #expect(refused.code == 1)
                #expect(refused.errors.contains("in use by apus, process \(server.program.identifier)"))
            }
            // Port 0 in the lock says nothing.
            let blind = try folder.run(["tsdb", "snapshot"])
            #expect(blind.code == 1 && blind.errors.contains("--server"), "\(blind.errors)")
            let made = try folder.run(["tsdb", "snapshot", "--server", server.base, "data/"])
            #expect(made.code == 0, "\(made.errors)")
            let path = String(made.output.dropLast())
            #expect(path.hasPrefix("data/snapshots/"))
            let digest = try folder.run(["tsdb", "digest", path])
            #expect(digest.code == 0 && !digest.output.hasSuffix(" 0 samples\n"), "\(digest.output) \(digest.errors)")
            #expect(try folder.run(["tsdb", "verify", path]).code == 0)
            func hasCatalog(_ snapshot: String) -> Bool {
                let file = folder.url.appendingPathComponent(snapshot).appendingPathComponent("catalog.sqlite")
                return FileManager.default.fileExists(atPath: file.path)
            }
            #expect(hasCatalog(path))
            ended(server)
            // Without a server the same.
            let offline = try folder.run(["tsdb", "snapshot", "data/"])
            #expect(offline.code == 0 && offline.errors.isEmpty, "\(offline.errors)")
            #expect(hasCatalog(String(offline.output.dropLast())))
            #expect(try folder.run(["tsdb", "verify"]).code == 0)
            // A server starts on the snapshot.
            let again = try TestServer(in: folder, ["--storage.tsdb.path=\(path)"])
            #expect(Int(try again.instant("count_over_time(up[1h])")["apus"] ?? "") ?? 0 > 0)
        }

        @Test func aDeletionThatWasAnsweredSurvivesKill() throws {
            let folder = try TestFolder()
            try folder.write("global: {}", to: "empty.yml")
            var server = try TestServer(in: folder, ["--web.enable-admin-api"])
            /// Samples up to the deletion.
            func count(_ metric: String, _ time: Int) throws -> Int {
                Int(try server.instant("count_over_time(\(metric)[1h] @ \(time))")["apus"] ?? "0") ?? 0
            }
            try eventually("scrapes") {
                try count("scrape_samples_scraped", Int(Date().timeIntervalSince1970)) > 0 ? () : nil
            }
            let time = Int(Date().timeIntervalSince1970)
            let path = "/api/v1/admin/tsdb/delete_series?match%5B%5D=scrape_samples_scraped&end=\(time)"
            #expect(try server.post(path).status == 204)
            #expect(try count("scrape_samples_scraped", time) == 0)
            let left = try count("up", time)
            server.program.kill()
            server = try TestServer(in: folder, ["--config.file=empty.yml"])
            #expect(try count("scrape_samples_scraped", time) == 0)
            #expect(try count("up", time) == left && left > 0)
            #expect(try server.post(path).status == 500)
        }
    }
}
