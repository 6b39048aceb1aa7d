import Foundation
import Model
import Platform
import PrometheusBlocks
import Storage
import TestSupport
import Testing
import Transfer

@Suite struct PrometheusExportTests {
    typealias Fixture = TransferFixture

    @Test(arguments: 1...6)
    func exportsAndImportsAgree(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fixture = try Fixture()
        let samples = Fixture.samples(&random, windows: 4)
        for window in 0..<4 {
            let start = Fixture.lastWindow - Int64(window) * Fixture.window
            try fixture.writeBlock(samples, start..<start + Fixture.window)
        }
        _ = try fixture.importPrometheus()
        let report = try fixture.export("out")
        #expect(report.samples == samples.values.reduce(0) { $0 + $1.count })
        #expect(report.blocks.count == 4)
        #expect(report.blocks.allSatisfy { $0.minimumTime % Fixture.window == 0 })
        let other = try Fixture()
        for name in try fixture.files.list("out") {
            for file in ["index", "meta.json", "chunks/000001"] {
                try other.files.put("prom/\(name)/\(file)", try fixture.files.contents(of: "out/\(name)/\(file)"))
            }
        }
        let back = try other.importPrometheus()
        #expect(back.damageCount == 0)
        try SampleMismatch.check(other.database.samples(), equals: samples, "seed \(seed)")
    }

    /// The counterpart is Prometheus's own tool.
    @Test(.enabled(if: Promtool.path != nil, "promtool is not on PATH (make peers)"), arguments: [1, 2])
    func promtoolReadsTheSame(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let samples = Fixture.samples(&random)
        let folder = try Promtool.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let disk = SystemFileSystem()
        for window in 0..<3 {
            let start = Fixture.lastWindow - Int64(window) * Fixture.window
            let meta = BlockMeta(
                ulid: ULID.make(time: start, using: &random), minimumTime: start, maximumTime: start + Fixture.window)
            let writer = try BlockWriter(disk, in: folder, meta: meta)
            for (labels, column) in samples {
                let inside = column.filter { $0.key >= start && $0.key < start + Fixture.window }
                let sorted = inside.sorted { $0.key < $1.key }
                if sorted.isEmpty { continue }
                try writer.add(
                    labels, times: sorted.map(\.key), values: sorted.map { Double(bitPattern: $0.value) },
                    count: sorted.count)
            }
            _ = try writer.finish()
        }
        // Without it the tool refuses to read a directory.
        try FileManager.default.createDirectory(atPath: folder + "/wal", withIntermediateDirectories: true)
        let dump = try Promtool.run(["tsdb", "dump", folder])
        var expected: [String] = []
        for (labels, column) in samples {
            for (time, bits) in column {
                expected.append("\(labels) \(FloatText.general(Double(bitPattern: bits))) \(time)")
            }
        }
        #expect(Set(dump.split(separator: "\n").map(String.init)) == Set(expected))
        #expect(try Promtool.run(["tsdb", "list", folder]).split(separator: "\n").count == 4)
        #expect(try Promtool.run(["tsdb", "analyze", folder]).contains("Series: "))
    }

    @Test(.enabled(if: Promtool.path != nil, "promtool is not on PATH (make peers)"))
    func promtoolsBlocksComeIn() throws {
        let folder = try Promtool.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var text = ""
        var expected: StoredSamples = [:]
        for series in 0..<3 {
            let labels = Labels(["__name__": "m", "n": "\(series)"])
            for row in 0..<400 {
                let time = Fixture.lastWindow + Int64(row) * 17_003
                let value = Double(row * row % 97) / 8
                text += "\(labels.metricText) \(value) \(OpenMetricsImportTests.seconds(time))\n"
                expected[labels, default: [:]][time] = value.bitPattern
            }
        }
        try (text + "# EOF\n").write(toFile: folder + "/text", atomically: true, encoding: .utf8)
        _ = try Promtool.run(["tsdb", "create-blocks-from", "openmetrics", folder + "/text", folder])
        let fixture = try Fixture()
        let directory = try PrometheusDirectory(SystemFileSystem(), path: folder)
        let report = try PrometheusImport(
            directory, files: SystemFileSystem(), into: fixture.database,
            clock: ManualTime(wallMilliseconds: Fixture.now + Fixture.window), settle: { _ in },
            finish: { _ in }, progress: { _ in }
        ).run()
        #expect(report.damageCount == 0)
        try SampleMismatch.check(fixture.database.samples(), equals: expected, "promtool's blocks")
    }
}

/// Prometheus's tool, where it is installed.
enum Promtool {
    static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/promtool" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    static func makeFolder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("transfer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }

    static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path ?? "")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
