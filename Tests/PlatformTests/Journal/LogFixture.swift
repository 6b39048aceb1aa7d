import Journal
import Platform
import TestSupport

/// A frame as the tests compare it.
struct TestFrame: Equatable, CustomStringConvertible {
    var kind: UInt8
    var payload: [UInt8]

    init(_ kind: UInt8, _ payload: [UInt8]) {
        self.kind = kind
        self.payload = payload
    }

    init(_ kind: UInt8, _ text: String) { self.init(kind, Array(text.utf8)) }

    var description: String { "\(kind): \(payload.count) bytes \(payload.prefix(8))" }
}

/// Logs in the directory `/log` of a simulated disk.
enum LogFixture {
    static let directory = "/log"
    static let firstSegment = "/log/00000001.wal"

    static func open(
        _ files: SimulatedFileSystem, segmentSize: Int = 1 << 20, seed: UInt64 = 1
    ) throws(LogError) -> SegmentedLog {
        let reader = try SegmentReader(files: files, directory: directory)
        return try SegmentedLog(continuing: reader, segmentSize: segmentSize, seed: seed)
    }

    static func append(
        _ log: SegmentedLog, _ frames: TestFrame..., compress: Bool = false
    ) throws(LogError) {
        for frame in frames {
            let payload = ByteBuffer()
            payload.append(frame.payload)
            try log.append(kind: frame.kind, payload.bytes, compress: compress)
        }
    }

    static func read(_ files: SimulatedFileSystem) throws(LogError) -> (frames: [TestFrame], damages: [LogDamage]) {
        let reader = try SegmentReader(files: files, directory: directory)
        var frames: [TestFrame] = []
        while let frame = try reader.next() { frames.append(TestFrame(frame.kind, Array(frame.payload))) }
        return (frames, reader.damages)
    }
}
