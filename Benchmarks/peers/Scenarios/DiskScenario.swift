import Foundation
import PeerSupport
import Workload

/// What samples take on disk in the form they stay in, after flush and compaction.
struct DiskScenario {
    let load: RemoteLoad

    /// Apus writes a block when nothing came for its window for ten minutes.
    private static let patience = 900.0
    private static let stillness = 45.0

    /// A server that was filled and works on its blocks.
    func fill(_ contender: Contender, folder: URL) throws -> RunningServer {
        let server = try RunningServer(
            contender, configuration: try idleConfiguration(in: folder), data: folder.appendingPathComponent("data"),
            port: freePort())
        var result = RemoteLoad.Result()
        try load.send(to: server, into: &result)
        if contender == .victoria { _ = try Connection(port: server.port).get("/internal/force_merge") }
        return server
    }

    /// Bytes per sample of what is in finished blocks, once these do not change any more.
    func bytesPerSample(_ server: RunningServer) -> Double? {
        let began = Clock.seconds()
        var last = stored(server)
        var since = began
        while Clock.seconds() - began < Self.patience {
            sleep(1)
            let now = stored(server)
            if now?.samples != last?.samples || now?.bytes != last?.bytes { since = Clock.seconds() }
            last = now
            if let now, now.samples > 0, Clock.seconds() - since > Self.stillness { break }
        }
        return last.flatMap { $0.samples > 0 ? Double($0.bytes) / Double($0.samples) : nil }
    }

    private func stored(_ server: RunningServer) -> (bytes: Int, samples: Int)? {
        switch server.contender {
        case .apus:
            return blocks(below: server.data.appendingPathComponent("blocks"), meta: "meta") {
                $0.split(separator: "\n").first { $0.hasPrefix("samples ") }.flatMap { Int($0.dropFirst(8)) }
            }
        case .prometheus:
            return blocks(below: server.data, meta: "meta.json") {
                let root = try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
                return (root?["stats"] as? [String: Any])?["numSamples"] as? Int
            }
        case .victoria:
            let series = load.workload.targets * load.workload.seriesPerTarget
            return (diskBytes(below: server.data), series * load.steps)
        }
    }

    private func blocks(
        below folder: URL, meta: String, samples: (String) -> Int?
    ) -> (bytes: Int, samples: Int)? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var sum = (bytes: 0, samples: 0)
        for name in names {
            let block = folder.appendingPathComponent(name)
            let file = block.appendingPathComponent(meta)
            guard let text = try? String(contentsOf: file, encoding: .utf8), let count = samples(text) else { continue }
            sum.bytes += diskBytes(below: block)
            sum.samples += count
        }
        return sum
    }
}
