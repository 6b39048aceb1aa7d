import Journal
import Model
import Platform
import TestSupport
import Testing

@testable import Storage

/// The worked example of docs/format/block.md, byte by byte.
struct BlockFormatTests {
    @Test func theExampleIsWhatIsWritten() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try TestDatabase.open(disk) {
            $0.flushQuiet = 0
            $0.retention = .max
        }
        let up = try database.reference(for: Labels(["__name__": "up", "job": "a"]))
        let load = try database.reference(for: Labels(["__name__": "load", "job": "a"]))
        for (step, references) in [[up, load], [up], [up, load]].enumerated() {
            let part = AppendBatch.Part(
                origin: Origin(.scraped, key: 5), time: TestSeries.start + Int64(step) * 15_000,
                references: references, values: references.map { $0 == up ? 1 : 2.5 })
            _ = try database.append(AppendBatch(parts: [part]), now: TestSeries.start)
        }
        database.tick(now: TestSeries.start + 2 * TestSeries.window)
        let block = try #require(database.blocks.all.first)
        let data = try disk.contents(of: "\(block.directory)/data")
        let index = try disk.contents(of: "\(block.directory)/index")
        #expect(try GoldenFormatTests.example("block") == data + index)
    }

    @Test func theDescriptionIsText() throws {
        let name = BlockName(milliseconds: 1_700_006_400_000, random: (1, 2))
        #expect(name.description == "01HF84E400000G000000000002")
        let meta = BlockMeta(
            name: name, start: 1_699_999_200_000, end: 1_700_006_400_000, firstTime: 1_699_999_200_000,
            lastTime: 1_699_999_230_000, series: 2, timelines: 1, samples: 5, level: 1, dataSize: 100, indexSize: 300,
            rows: 3, sources: [name], parents: [],
            replaced: [
                .init(
                    directory: "1699999200000.2", window: 1_699_999_200_000, size: 176,
                    position: LogPosition(segment: 3, offset: 77))
            ])
        let bytes = Array(meta.text.utf8)
        #expect(try GoldenFormatTests.page("block").contains("```\n\(meta.text)```\n"))
        #expect(try BlockMeta(bytes, file: "meta") == meta)
        for offset in bytes.indices {
            var damaged = bytes
            damaged[offset] ^= 1
            #expect(throws: BlockError.self) { try BlockMeta(damaged, file: "meta") }
        }
    }

    @Test func namesSortByTime() {
        let names = [0, 1, 31, 32, 1_700_000_000_000, (1 << 48) - 1].map {
            BlockName(milliseconds: $0, random: (.max, .max))
        }
        #expect(names == names.sorted())
        #expect(names.allSatisfy { BlockName($0.description) == $0 })
        #expect(BlockName("01HF84E400000G00000000000I") == nil)
    }
}
