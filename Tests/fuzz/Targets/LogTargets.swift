import Journal
import Model
import Platform
import Storage
import Telemetry
import TestSupport

enum LogTargets {
    private static let directory = "/log"

    /// A segment's bytes after its name: all whole frames come out, the log goes on behind them, and what is appended
    /// then is read back.
    static func readSegment(_ bytes: [UInt8]) -> String? {
        let files = SimulatedFileSystem(seed: 1)
        do {
            try files.createDirectory(directory)
            try write(bytes, to: "\(directory)/00000001.wal", files)
            let before = try frames(files)
            let log = try SegmentedLog(
                continuing: try SegmentReader(files: files, directory: directory), segmentSize: 1 << 20, seed: 7)
            let payload = ByteBuffer()
            payload.append("one more")
            _ = try log.append(kind: 5, payload.bytes)
            let after = try frames(files)
            return after == before + [[5] + Array("one more".utf8)] ? nil : "what was appended is not what is read"
        } catch {
            return nil
        }
    }

    private static func frames(_ files: SimulatedFileSystem) throws(LogError) -> [[UInt8]] {
        let reader = try SegmentReader(files: files, directory: directory)
        var found: [[UInt8]] = []
        while let frame = try reader.next() { found.append([frame.kind] + Array(frame.payload)) }
        return found
    }

    /// Frames as `which log, length (two bytes), payload`, whole and with their checksums, so that what is inside is
    /// reached: the database opens and can be asked, or says why it cannot.
    static func openDatabase(_ bytes: [UInt8]) -> String? {
        let files = SimulatedFileSystem(seed: 1)
        do {
            for path in ["data", "data/wal", "data/wal/register", "data/wal/journal"] {
                try files.createDirectory(path)
            }
            try writeFrames(bytes, files)
            let clock = ManualTime()
            var options = DatabaseOptions()
            options.owner = "fuzz"
            let database = Database(
                directory: "data", fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
                logger: Logger(minimum: .error, clock: clock) { _ in })
            try database.open()
            defer { try? database.close() }
            let snapshot = try database.snapshot()
            let everything = SelectRequest(
                matchers: [], start: .min / 2, end: .max / 2, keepsStaleMarkers: true)
            let selection = try snapshot.select(everything)
            let slice = Slice()
            for unit in 0..<selection.unitCount { try selection.read(unit: unit, into: slice) }
            return nil
        } catch {
            return nil
        }
    }

    private static func writeFrames(_ bytes: [UInt8], _ files: SimulatedFileSystem) throws {
        func log(_ name: String) throws -> SegmentedLog {
            try SegmentedLog(
                continuing: try SegmentReader(files: files, directory: "data/wal/\(name)"), segmentSize: 1 << 20,
                seed: 7)
        }
        let logs = [try log("register"), try log("journal")]
        var rest = bytes[...]
        while rest.count >= 3 {
            // Many names may be missing, and then places are made for all of them, which takes its time.
            if rest[rest.startIndex] % 2 == 0, let first = rest.dropFirst(3).first, first >= 0x80 { return }
            let target = logs[Int(rest[rest.startIndex]) % 2]
            let length = Int(rest[rest.startIndex + 1]) | Int(rest[rest.startIndex + 2]) << 8
            rest = rest.dropFirst(3)
            let payload = ByteBuffer()
            payload.append(Array(rest.prefix(length)))
            _ = try target.append(kind: 1, payload.bytes)
            rest = rest.dropFirst(length)
        }
    }

    private static func write(_ bytes: [UInt8], to path: String, _ files: SimulatedFileSystem) throws {
        let buffer = ByteBuffer()
        buffer.append(bytes)
        try files.replace(path, with: buffer.bytes)
    }
}
