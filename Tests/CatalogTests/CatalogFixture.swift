import Catalog
import Foundation
import Model
import Platform
import SQLite
import Synchronization
import Telemetry
import TestSupport

/// Catalogs in a folder of their own.
final class CatalogFixture: Sendable {
    let directory: String
    let registry = MetricRegistry()
    private let lines = Mutex("")

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("apus-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        directory = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    var path: String { "\(directory)/\(Catalog.fileName)" }
    var log: String { lines.withLock { $0 } }

    func open() -> Catalog {
        let logger = Logger(minimum: .info, clock: ManualTime()) { [weak self] line in
            self?.lines.withLock { $0 += line }
        }
        let catalog = Catalog(
            directory: directory, files: SystemFileSystem(), registry: registry, logger: logger)
        catalog.open()
        return catalog
    }

    /// What another program would read.
    func rows(_ sql: String) throws -> [[String]] {
        let statement = try SQLiteConnection(path: path).prepare(sql)
        var rows: [[String]] = []
        while try statement.step() { rows.append((0..<statement.columns).map { statement.text($0) }) }
        return rows
    }

    func metric(_ name: String) -> String? {
        let page = ByteBuffer()
        registry.write(to: page)
        return page.text.split(separator: "\n").first { $0.hasPrefix(name + " ") }.map {
            String($0.dropFirst(name.count + 1))
        }
    }

    static func block(
        _ name: String = "01HF7YAT0000000000000001AB", start: Int64 = 1_700_000_000_000, deletions: Int = 0
    ) -> BlockSummary {
        BlockSummary(
            name: name, level: 1, start: start, end: 1_700_007_200_000, firstTime: 1_700_000_000_015,
            lastTime: 1_700_007_199_000, series: 2, timelines: 1, samples: 960, bytes: 4096, deletions: deletions)
    }

    static let deletion = BlockSummary.Deletion(
        series: Labels(["__name__": "up", "job": "a"]), range: 1_700_000_000_000...1_700_003_600_000)

    static func target(_ job: String, _ families: [MetricFamily]) -> TargetMetadata {
        TargetMetadata(target: Labels(["instance": "\(job):9100", "job": job]), families: families)
    }

    static func family(
        _ name: String, _ kind: MetricMetadata.Kind = .gauge, help: String = "", unit: String = ""
    ) -> MetricFamily {
        MetricFamily(name: name, metadata: MetricMetadata(kind: kind, help: help, unit: unit))
    }
}
