import Journal
import Model
import Platform
import Storage
import TestSupport
import Testing

/// The bytes of the worked examples in docs/format: register.md, journal.md, groups.md.
struct GoldenFormatTests {
    private let disk = SimulatedFileSystem(seed: 1)
    static let start: Int64 = 1_700_000_000_000

    init() throws {
        let database = try TestDatabase.open(disk)
        let up = try database.reference(for: Labels(["__name__": "up", "job": "a"]))
        let temperature = try database.reference(for: Labels(["__name__": "temp", "job": "a"]))
        func append(_ time: Int64, _ samples: [(SeriesReference, Double)]) throws {
            let part = AppendBatch.Part(
                origin: Origin(.scraped, key: 7), time: Self.start + time, references: samples.map(\.0),
                values: samples.map(\.1))
            _ = try database.append(AppendBatch(parts: [part]), now: Self.start)
        }
        try append(0, [(up, 1), (temperature, 21.5)])
        let load = try database.reference(for: Labels(["__name__": "load"]))
        try append(15_000, [(up, 1), (temperature, 21.75), (load, 300)])
        try append(5_000, [(temperature, 20)])
        try append(30_000, [(up, .staleMarker), (temperature, .staleMarker), (load, .staleMarker)])
        #expect(database.isReady)
    }

    static func page(_ name: String) throws -> String {
        let root = String(#filePath.prefix(#filePath.count - "Tests/StorageTests/GoldenFormatTests.swift".count))
        return String(decoding: try SystemFileSystem().contents(of: "\(root)docs/format/\(name).md"), as: UTF8.self)
    }

    /// The bytes of the example in a page of docs/format: the hexadecimal pairs at the start of its lines.
    static func example(_ page: String) throws -> [UInt8] {
        let parts = try self.page(page).split(separator: "\n## Example\n")
        let block = try #require(parts.last?.split(separator: "```").dropFirst().first)
        return block.split(separator: "\n").flatMap { line in
            line.split(separator: "  ", maxSplits: 1, omittingEmptySubsequences: false)[0]
                .split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
    }

    private func frames(_ log: String) throws -> [UInt8] {
        let reader = try SegmentReader(files: disk, directory: "data/wal/\(log)")
        var bytes: [UInt8] = []
        while let frame = try reader.next() {
            #expect(frame.kind == 1)
            bytes += frame.payload
        }
        return bytes
    }

    @Test(arguments: ["register", "journal"])
    func logs(_ log: String) throws {
        #expect(try frames(log) == Self.example(log))
    }

    @Test func groups() throws {
        let next = disk.kill()
        try TestDatabase.open(next).close()
        #expect(try next.contents(of: "data/head/1699999200000/groups") == Self.example("groups"))
    }
}
