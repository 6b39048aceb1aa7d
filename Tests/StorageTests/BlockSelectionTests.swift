import Model
import TestSupport
import Testing

@testable import Storage

/// A block finds the same series as trying all of them does.
struct BlockSelectionTests {
    @Test(arguments: 0..<4) func answersEqualTheOracles(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let database = try TestDatabase.open(SimulatedFileSystem(seed: seed)) {
            $0.flushQuiet = 0
            $0.retention = .max
        }
        var all: Set<Labels> = []
        for _ in 0..<300 { all.insert(IndexSamples.labels(&random)) }
        let sorted = all.sorted()
        let references = try sorted.map { try database.reference(for: $0) }
        let start = TestSeries.start
        for (index, reference) in references.enumerated() {
            let part = AppendBatch.Part(
                origin: Origin(.scraped, key: UInt64(index % 7)), time: start + Int64(index % 3),
                references: [reference], values: [Double(index)])
            _ = try database.append(AppendBatch(parts: [part]), now: start)
        }
        database.tick(now: start + 10 * TestSeries.window)
        let block = try #require(database.blocks.all.first)
        #expect(block.meta.series == sorted.count)
        var oracle = IndexOracle()
        for labels in sorted { oracle.append(labels) }
        for (number, labels) in sorted.enumerated() { #expect(try block.find(labels) == UInt32(number)) }
        #expect(try block.find(Labels(["nobody": "has this"])) == nil)
        let snapshot = try database.snapshot()
        for _ in 0..<150 {
            let matchers = try (0..<Int.random(in: 0...4, using: &random)).map { _ in
                try IndexSamples.matcher(&random)
            }
            let expected = oracle.select(matchers)
            #expect(try block.select(matchers) == expected.map(\.rawValue), "seed \(seed): \(matchers)")
            let request = LabelRequest(matchers: [matchers])
            #expect(try snapshot.series(request) == expected.map { sorted[Int($0.rawValue)] })
            #expect(try snapshot.labelNames(request) == oracle.labelNames(of: expected))
            #expect(try snapshot.labelValues("path", request) == oracle.labelValues("path", of: expected))
        }
        #expect(try snapshot.labelNames(LabelRequest()) == oracle.labelNames(of: oracle.select([])))
        #expect(try snapshot.labelValues("code", LabelRequest(limit: 2)).count == 2)
    }
}
