import Model
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Storage

/// Buckets of histograms are coded relative to one another in blocks, and read the same alone and together.
struct BlockHistogramTests {
    private static let bounds = [
        "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf",
    ]
    private static let rows = 3 * 480

    /// Three windows of scrapes of histograms; `name` of the label that has the bounds.
    private func fill(_ disk: SimulatedFileSystem, bound name: String = "le", gaps: Bool = true) throws -> Database {
        let database = try TestDatabase.open(disk) {
            $0.flushQuiet = 0
            $0.flushDelay = 0
            $0.retention = 1000 * 86_400_000
        }
        var random = SeededRandom(seed: 3)
        var references: [SeriesReference] = []
        for path in ["/a", "/b", "/c"] {
            for bound in Self.bounds {
                references.append(
                    try database.reference(
                        for: Labels(["__name__": "x_bucket", "job": "j", name: bound, "zone": path])))
            }
        }
        var counts = [Double](repeating: 0, count: references.count)
        let start = TestSeries.start - TestSeries.start % (3 * TestSeries.window)
        for row in 0..<Self.rows {
            for family in 0..<3 {
                for _ in 0..<Int.random(in: 0...9, using: &random) {
                    let hit = min(
                        11, max(0, Int.random(in: 0...6, using: &random) + Int.random(in: 0...6, using: &random)))
                    for bucket in hit..<12 { counts[family * 12 + bucket] += 1 }
                }
            }
            var (some, values) = (references, counts)
            // The last histogram misses buckets now and then, and ends for a while.
            if gaps, random.oneIn(20) {
                let missing = Int.random(in: 24..<36, using: &random)
                some.remove(at: missing)
                values.remove(at: missing)
            } else if gaps, row % 200 == 150 {
                for place in 24..<36 { values[place] = .staleMarker }
            }
            let part = AppendBatch.Part(
                origin: Origin(.scraped, key: 1), time: start + Int64(row) * 15_000, references: some, values: values)
            _ = try database.append(AppendBatch(parts: [part]), now: start + Int64(row) * 15_000)
            if row % 480 == 479 { database.tick(now: start + Int64(row + 1) * 15_000) }
        }
        database.tick(now: start + Int64(Self.rows + 1) * 15_000)
        return database
    }

    private static func equal(_ left: StoredSamples, _ right: StoredSamples, _ what: String) throws {
        try SampleMismatch.check(left, equals: right, what)
    }

    @Test func readAloneAndTogether() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try fill(disk)
        let blocks = database.blocks.all
        #expect(blocks.count == 1 || blocks.map(\.meta.level).max() == 1)
        var first: [Labels: UInt64] = [:]
        let all = try database.samples()
        #expect(all.count == 36)
        for (labels, samples) in all {
            let matchers: [LabelMatcher] = [.equal("le", labels["le"] ?? ""), .equal("zone", labels["zone"] ?? "")]
            let alone = try database.samples(matchers)
            try Self.equal(alone, [labels: samples], "alone")
            // Rows in the middle of a row group.
            let times = samples.keys.sorted()
            let (start, end) = (times[times.count / 3], times[times.count / 2])
            try Self.equal(
                database.samples(matchers, from: start, to: end),
                [labels: samples.filter { $0.key >= start && $0.key <= end }], "part")
            first[labels] = samples[times[0]]
        }
        // What was written is what was scraped: a bucket holds what those below it hold.
        for (labels, samples) in all where labels["le"] == "+Inf" {
            for bound in Self.bounds {
                let other = Labels(labels.array.map { $0.name == "le" ? Label("le", bound) : $0 })
                for (time, bits) in all[other] ?? [:] {
                    let (value, total) = (Double(bitPattern: bits), Double(bitPattern: samples[time] ?? bits))
                    #expect(value.isNaN || total.isNaN || value <= total)
                }
            }
        }
        let next = try TestDatabase.open(disk.kill()) { $0.retention = 1000 * 86_400_000 }
        try Self.equal(next.samples(), all, "restarted")
        #expect(try columns(next).relative > 20)
    }

    @Test func mergedBlocksReadTheSame() throws {
        let database = try fill(SimulatedFileSystem(seed: 2))
        let before = try database.samples()
        let meta = database.blocks.all.map(\.meta)
        _ = database.compactionLock.withLock { _ in database.compact(database.blocks.all, now: TestSeries.start) }
        #expect(database.blocks.all.count == 1 && meta.count >= 1)
        try Self.equal(database.samples(), before, "merged")
        // Two row groups.
        #expect(try columns(database).relative > 20)
        #expect(database.blocks.all.first?.meta.rows ?? 0 > BlockFormat.rowsPerGroup)
        for finding in database.blocks.all.map({ BlockVerification($0).findings }) { #expect(finding.isEmpty) }
    }

    @Test func theyTakeLessRoom() throws {
        let buckets = try fill(SimulatedFileSystem(seed: 1), gaps: false)
        let others = try fill(SimulatedFileSystem(seed: 1), bound: "other", gaps: false)
        #expect(try columns(others).relative == 0)
        let sizes = [buckets, others].map { $0.blocks.all.reduce(0) { $0 + $1.meta.dataSize } }
        #expect(sizes[0] * 4 < sizes[1] * 3, "\(sizes)")
    }

    /// Reading all buckets of a histogram decodes few columns twice.
    @Test func neighboursAreKept() throws {
        let database = try fill(SimulatedFileSystem(seed: 1), gaps: false)
        let block = try #require(database.blocks.all.first)
        let neighbours = NeighbourValues()
        var cursor = try BlockSeriesCursor(block.index)
        for number in 0..<UInt32(block.meta.series) {
            try cursor.move(to: number)
            let column = try #require(cursor.columns.first)
            let timeline = try block.index.timelines().timeline(column.timeline)
            var cells = [Double](repeating: .absent, count: timeline.rows)
            try cells.withContiguousMutable { (pointer) throws(BlockError) in
                try block.readColumn(
                    column, of: timeline, rows: 0..<timeline.rows, neighbours: neighbours, into: pointer)
            }
        }
        // Each column at most once.
        let groups = BlockFormat.groups(rows: block.meta.rows)
        #expect(neighbours.kept > 0 && neighbours.kept <= block.meta.series * groups)
    }

    @Test func aNeighbourThatIsNoneIsReported() throws {
        let disk = SimulatedFileSystem(seed: 1)
        try disk.createDirectory("blocks")
        let name = BlockName(milliseconds: 1, random: (1, 1))
        var writer = try BlockWriter(disk, root: "blocks", name: name)
        writer.data.begin(key: 1, origin: Origin(.scraped, key: 1), times: (0..<40).map { Int64($0) * 1000 })
        let below = (0..<40).map { Double($0 * $0 * 13) }
        let bucket = below.map { $0 + 5 }
        for (series, offset) in [0, -500, 3].enumerated() {
            let neighbour = BlockColumn(timeline: 0, offset: offset, firstRow: 0, rowsBehind: 0)
            let column = try bucket.withUnsafeBufferPointer {
                try writer.data.appendColumn($0, beside: (neighbour, below))
            }
            try writer.addSeries(Labels(["n": "\(series)"]))
            writer.add(try #require(column), of: UInt32(series))
        }
        let directory = try writer.finish(BlockMeta(name: name, start: 0, end: 1, firstTime: 0, lastTime: 0))
        let block = try BlockReader(disk, directory: directory)
        let timeline = try block.index.timelines().timeline(0)
        var cursor = try BlockSeriesCursor(block.index)
        for series in 0..<UInt32(3) {
            try cursor.move(to: series)
            let column = try #require(cursor.columns.first)
            var cells = [Double](repeating: .absent, count: 40)
            #expect(throws: BlockError.self) {
                try cells.withContiguousMutable { (pointer) throws(BlockError) in
                    try block.readColumn(column, of: timeline, rows: 0..<40, into: pointer)
                }
            }
        }
    }

    @Test func orderIsThatOfTheBounds() {
        func labels(_ name: String, _ bound: String, _ zone: String) -> Labels {
            Labels(["__name__": name, "le": bound, "zone": zone])
        }
        var all = [Labels(["__name__": "up"]), labels("x_total", "1", "a"), labels("x_bucket", "half", "a")]
        for zone in ["a", "b"] { all += Self.bounds.map { labels("x_bucket", $0, zone) } }
        all += (0..<600).map { labels("y_bucket", "\($0)", "a") }
        all.sort()
        let entries = BucketOrder(all).entries
        #expect(Set(entries.map(\.place)).count == all.count)
        for (index, entry) in entries.enumerated() {
            var depth = 0
            var next = entry
            while let neighbour = next.neighbour {
                let (own, other) = (all[next.place], all[entries[neighbour].place])
                #expect(own["zone"] == other["zone"] && own.metricName == other.metricName)
                #expect(Double(own["le"] ?? "").map { $0 > Double(other["le"] ?? "") ?? .nan } ?? true)
                #expect(entries[neighbour].isNeighbour)
                next = entries[neighbour]
                depth += 1
            }
            #expect(depth <= 8)
            if !all[entry.place].metricName.hasSuffix("_bucket") { #expect(entry.neighbour == nil) }
            if index > 0, entry.neighbour != nil {
                #expect(all[entries[index - 1].place].metricName == all[entry.place].metricName)
            }
        }
        #expect(entries.filter { $0.neighbour != nil }.count == 2 * 11 + 600 - 3)
    }

    /// Columns of all blocks, and those of them that are relative in their first row group.
    private func columns(_ database: Database) throws -> (all: Int, relative: Int) {
        var count = (all: 0, relative: 0)
        for block in database.blocks.all {
            var cursor = try BlockSeriesCursor(block.index)
            for number in 0..<UInt32(block.meta.series) {
                try cursor.move(to: number)
                for column in cursor.columns {
                    let timeline = try block.index.timelines().timeline(column.timeline)
                    let payload = try block.payload(at: timeline.offset + column.offset)
                    let lengths = BlockFormat.groups(rows: timeline.rows) - 1
                    count.all += 1
                    // A length of a whole group takes one or two bytes here.
                    let head = lengths == 0 ? 0 : payload[0] < 128 ? 1 : 2
                    count.relative += payload[head] & EncodedColumn.isRelative != 0 ? 1 : 0
                }
            }
        }
        return count
    }
}
