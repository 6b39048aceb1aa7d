import Journal
import Model
import Platform
import Storage
import Telemetry
import TestSupport

/// Logs as a database writes them.
enum LogSeeds {
    static func all(_ target: FuzzTarget) -> [[UInt8]] { (try? make(target)) ?? [] }

    private static func make(_ target: FuzzTarget) throws -> [[UInt8]] {
        let files = SimulatedFileSystem(seed: 1)
        try write(to: files)
        if target == .journal {
            return try ["register", "journal"].map { name in
                try Array(files.contents(of: "data/wal/\(name)/00000001.wal"))
            }
        }
        var input: [UInt8] = []
        for (number, name) in ["register", "journal"].enumerated() {
            let reader = try SegmentReader(files: files, directory: "data/wal/\(name)")
            while let frame = try reader.next(), frame.payload.count < 1 << 16 {
                input += [UInt8(number), UInt8(frame.payload.count & 0xff), UInt8(frame.payload.count >> 8)]
                input += Array(frame.payload)
            }
        }
        return [input]
    }

    private static func write(to files: SimulatedFileSystem) throws {
        let clock = ManualTime()
        var options = DatabaseOptions()
        options.owner = "fuzz"
        let database = Database(
            directory: "data", fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { _ in })
        try database.open()
        let references = try ["a", "b", "c"].map { try database.reference(for: Labels([Label("__name__", $0)])) }
        for row in 0..<6 {
            let time = 1_700_000_000_000 + Int64(row) * 15_000
            var part = AppendBatch.Part(origin: Origin(.scraped, key: 1), time: time)
            part.references = row == 3 ? [references[0], references[2]] : references
            part.values = part.references.indices.map { row == 4 ? .staleMarker : Double($0 * row) / 2 }
            var batch = AppendBatch()
            batch.parts = [part]
            _ = try database.append(batch, now: time)
        }
    }
}
