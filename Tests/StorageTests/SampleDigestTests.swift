import Model
import Platform
import TestSupport
import Testing

@testable import Storage

/// The digest sees samples, not the way they are stored.
struct SampleDigestTests {
    private func digest(_ database: Database) throws -> SampleDigest {
        try SampleDigest(database.snapshot())
    }

    @Test func itIsTheSameWhereverSamplesAre() throws {
        let disk = SimulatedFileSystem(seed: 1)
        var database = try DamagedStore.open(disk)
        let series = try TestSeries(database, count: 30)
        let start = TestSeries.start
        for step in 0..<1500 {
            try series.scrape(at: start + Int64(step) * 15_000) { number in
                (step + number) % 97 == 0 ? .staleMarker : (step * number) % 13 == 0 ? -0.0 : Double(step * number) / 8
            }
        }
        let expected = try digest(database)
        #expect(expected.series == 30 && expected.samples == 45_000)
        database = try DamagedStore.open(disk.kill())
        #expect(try digest(database) == expected, "after kill -9")
        let name = try database.makeSnapshot()
        try database.close()
        let files = database.directory.files
        #expect(try digest(DamagedStore.open(files, "data/snapshots/\(name)")) == expected, "a snapshot")
        database = try DamagedStore.open(files)
        #expect(try digest(database) == expected, "after a clean end")
        database.tick(now: start + 1500 * 15_000)
        #expect(database.blocks.all.count == 2)
        #expect(try digest(database) == expected, "flushed")
        database.tick(now: start + 20 * TestSeries.window)
        database.compact(database.blocks.all, now: start)
        #expect(database.blocks.all.count == 1)
        #expect(try digest(database) == expected, "compacted")
    }

    @Test func everyBitCounts() throws {
        let labels = Labels(["__name__": "a"])
        let other = Labels(["__name__": "b"])
        func digest(_ samples: StoredSamples) throws -> SampleDigest {
            let source = MemorySeriesSource()
            for (labels, times) in samples {
                let sorted = times.sorted { $0.key < $1.key }
                source.add(labels, times: sorted.map(\.key), values: sorted.map { Double(bitPattern: $0.value) })
            }
            return try SampleDigest(source.snapshot())
        }
        let base: StoredSamples = [labels: [1: 5, 2: 6], other: [1: 7]]
        var seen = [try digest(base).text]
        for changed in [
            [labels: [1: 6, 2: 5], other: [1: 7]], [labels: [1: 7, 2: 6], other: [1: 5]],
            [labels: [2: 5, 1: 6], other: [2: 7]], [labels: [1: 5, 2: 6]], [labels: [1: 5, 2: 7], other: [1: 6]],
            [labels: [1: 5], other: [1: 7, 2: 6]], [:],
        ] as [StoredSamples] {
            let text = try digest(changed).text
            #expect(text.count == 32 && !seen.contains(text))
            seen.append(text)
        }
        #expect(try digest(base).text == seen[0])
    }

    @Test func aSeriesThatMatchesTwiceCountsOnce() throws {
        let source = MemorySeriesSource()
        source.add(Labels(["__name__": "a", "job": "x"]), times: [1, 2], values: [1, 2])
        source.add(Labels(["__name__": "b", "job": "x"]), times: [1, 2], values: [1, 2])
        source.add(Labels(["__name__": "c", "job": "y"]), times: [1, 2], values: [1, 2])
        let lists = [[LabelMatcher.equal("__name__", "a")], [.equal("job", "x")]]
        let snapshot = try source.snapshot()
        #expect(try SampleDigest(snapshot, lists) == SampleDigest(snapshot, [[.equal("job", "x")]]))
        #expect(try SampleDigest(snapshot, lists).series == 2)
        #expect(try SampleDigest(snapshot, start: 2, end: 2).samples == 3)
    }
}
