import Journal
import Model
import Platform
import Telemetry
import TestSupport
import Testing

@testable import Storage

/// Series without samples leave the head; what blocks have of them stays.
struct SweepTests {
    private static let start = TestSeries.start
    private static let hour: Int64 = 3_600_000

    private func open(_ disk: SimulatedFileSystem) throws -> Database {
        try TestDatabase.open(disk) {
            $0.flushQuiet = 0
            $0.retention = .max
            $0.sync = .always
            $0.journalLimit = 4000
        }
    }

    /// A part of an origin's series that gets a sample every ten minutes.
    private struct Part {
        var references: [SeriesReference]
        var origin: Origin

        init(_ database: Database, _ numbers: Range<Int>, origin: UInt64) throws {
            self.origin = Origin(.remote, key: origin)
            references = try numbers.map { try database.reference(for: Part.labels($0)) }
        }

        static func labels(_ number: Int) -> Labels { Labels(["__name__": "m\(number % 3)", "n": "\(number)"]) }

        @discardableResult
        func append(_ database: Database, _ time: Int64) throws -> AppendOutcome {
            let part = AppendBatch.Part(
                origin: origin, time: time, references: references, values: references.map { Double($0.rawValue) + 0.5 }
            )
            return try database.append(AppendBatch(parts: [part]), now: time)
        }
    }

    /// Twelve series, of which eight end after an hour without a marker and four go on for nine; the next tick will let
    /// the eight go.
    private func prepare(
        _ disk: SimulatedFileSystem, endedComeLast: Bool = false
    ) throws -> (Database, Part, now: Int64) {
        let database = try open(disk)
        if endedComeLast { _ = try Part(database, 8..<12, origin: 2) }
        let gone = try Part(database, 0..<8, origin: 1)
        let living = try Part(database, 8..<12, origin: 2)
        var now = Self.start
        for step in 0..<54 {
            now = Self.start + Int64(step) * 600_000
            if step < 6 { try gone.append(database, now) }
            try living.append(database, now)
            if step < 53 && step % 6 < 5 { database.tick(now: min(now, Self.start + 4 * Self.hour)) }
        }
        return (database, living, now)
    }

    @Test func idleSeriesLeaveAndTheirSamplesStay() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let (database, living, now) = try prepare(disk)
        let before = try database.samples()
        #expect(database.figures.series == 12)
        database.tick(now: now)
        #expect(database.figures.series == 4)
        #expect(database.metrics.seriesRemoved.value == 8)
        #expect(database.figures.timelines == 1)
        try SampleMismatch.check(database.samples(), equals: before, "after the sweep")
        #expect(try disk.list("data/wal/register") == ["00000002.wal"])
        try living.append(database, now + Self.hour)
        let after = try database.samples()
        let again = try open(disk.kill())
        #expect(again.figures.series == 4)
        try SampleMismatch.check(again.samples(), equals: after, "after a restart")
        let live = again.liveSeries(of: living.origin)
        #expect(live == living.references)
        #expect(try again.reference(for: Part.labels(9)) == living.references[1])
    }

    @Test func aReferenceThatLeftIsNobodys() throws {
        let (database, living, now) = try prepare(SimulatedFileSystem(seed: 1))
        let old = try database.reference(for: Part.labels(3))
        database.tick(now: now)
        let stored = try database.samples()
        let part = AppendBatch.Part(
            origin: Origin(.remote, key: 1), time: now + Self.hour, references: [old, living.references[0]],
            values: [7, 8])
        let outcome = try database.append(AppendBatch(parts: [part]), now: now + Self.hour)
        #expect(outcome.forgotten == 1 && outcome.appended == 1)
        let new = try database.reference(for: Part.labels(3))
        #expect(new.rawValue >= 12)
        // Its newest sample is known again from the blocks: what is older is late, what is equal is there.
        func append(_ time: Int64, _ value: Double) throws -> AppendOutcome {
            let part = AppendBatch.Part(
                origin: Origin(.remote, key: 1), time: time, references: [new], values: [value])
            return try database.append(AppendBatch(parts: [part]), now: now + Self.hour)
        }
        let newest = Self.start + 5 * 600_000
        #expect(try append(newest, 3.5).repeated == 1)
        #expect(try append(newest, 4).duplicate == 1)
        #expect(try append(newest - 2 * Self.hour, 4).outOfOrder == 1)
        #expect(try append(now + Self.hour, 9).appended == 1)
        var expected = stored
        expected[Part.labels(3)]?[now + Self.hour] = (9.0).bitPattern
        expected[Part.labels(8)]?[now + Self.hour] = (8.0).bitPattern
        try SampleMismatch.check(database.samples(), equals: expected, "after it came back")
    }

    /// The end of the register says which references were given out, although nobody has them.
    @Test func referencesAtTheEndAreNotGivenOutAgain() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let (database, living, now) = try prepare(disk, endedComeLast: true)
        #expect(living.references.map(\.rawValue) == [0, 1, 2, 3])
        database.tick(now: now)
        #expect(database.figures.series == 4)
        let clock = ManualTime()
        let said = LogText()
        let again = Database(
            directory: "data", fileSystem: disk.kill(), clock: clock, options: DatabaseOptions(),
            metrics: MetricRegistry(),
            logger: Logger(minimum: .warn, clock: clock) { said.append($0) })
        try again.open()
        #expect(said.text.isEmpty, "\(said.text)")
        #expect(again.figures.series == 4)
        #expect(try again.reference(for: Labels(["__name__": "new"])).rawValue == 12)
    }

    /// A query that began before the sweep still reads by the names of then.
    @Test func snapshotsKeepTheirNames() throws {
        let (database, _, now) = try prepare(SimulatedFileSystem(seed: 1))
        let snapshot = try database.snapshot()
        let request = SelectRequest(matchers: [], start: .min, end: .max, keepsStaleMarkers: true)
        let before = try snapshot.samples(request)
        database.tick(now: now)
        #expect(database.figures.series == 4)
        try SampleMismatch.check(snapshot.samples(request), equals: before, "by the old snapshot")
        #expect(try snapshot.labelValues("n", LabelRequest()).count == 12)
    }

    /// What a block knows of the head's references holds for each view of the head: from before and after series left,
    /// and from before and after one came back.
    @Test func blocksKnowTheReferencesOfEachView() throws {
        let (database, _, now) = try prepare(SimulatedFileSystem(seed: 1))
        let block = try #require(database.blocks.all.first)
        let numbers = Array(0..<UInt32(block.meta.series))
        #expect(numbers.count == 12)
        var cursor = try BlockSeriesCursor(block.index)
        let labels = try numbers.map { number in
            try cursor.move(to: number)
            return try cursor.labels()
        }
        var views: [(names: SeriesIndexSnapshot, known: Int)] = []
        func check() throws {
            // Twice, as each may have left something behind.
            for (names, known) in views + views.reversed() {
                let expected = labels.map { labels in
                    names.index.reference(of: labels).flatMap { $0.rawValue < names.limit ? $0.rawValue : nil }
                        ?? HeadReferences.none
                }
                #expect(try block.headReferences.find(numbers, of: block, in: names) == expected)
                #expect(expected.count { $0 != HeadReferences.none } == known)
            }
        }
        views.append((database.head.index.snapshot(), 12))
        try check()
        database.tick(now: now)
        views.append((database.head.index.snapshot(), 4))
        try check()
        _ = try database.reference(for: Part.labels(3))
        views.append((database.head.index.snapshot(), 5))
        try check()
        #expect(try block.headReferences.find([5], of: block, in: views[2].names).count == 1)
    }

    @Test func newSeriesMayWaitForTheirFirstSample() throws {
        let (database, _, now) = try prepare(SimulatedFileSystem(seed: 1))
        let waiting = try database.reference(for: Labels(["__name__": "soon"]))
        database.tick(now: now)
        #expect(database.figures.series == 5)
        let part = AppendBatch.Part(
            origin: Origin(.remote, key: 5), time: now + Self.hour, references: [waiting], values: [1])
        #expect(try database.append(AppendBatch(parts: [part]), now: now + Self.hour).appended == 1)
        #expect(try database.samples([.equal("__name__", "soon")]).count == 1)
    }

    /// Power cuts and kills at every change of the disk while the register is rewritten.
    @Test(arguments: [true, false]) func aCrashAnywhereLosesNothing(cutsPower: Bool) throws {
        var operation = 0
        var isOver = false
        var sizes: Set<Int> = []
        while !isOver {
            operation += 1
            let disk = SimulatedFileSystem(seed: UInt64(operation))
            let (database, living, now) = try prepare(disk)
            var expected = try database.samples()
            disk.crash(atOperation: disk.operations + operation)
            database.tick(now: now)
            isOver = !disk.hasCrashed
            let next = cutsPower ? disk.crash(seed: UInt64(operation)) : disk.kill()
            let again = try open(next)
            let what = "crash at change \(operation)"
            try SampleMismatch.check(again.samples(), equals: expected, what)
            sizes.insert(again.figures.series)
            // Names that come now must get along with those that are there.
            let more = try Part(again, 10..<14, origin: 2)
            #expect(more.references.prefix(2) == living.references.suffix(2), "\(what)")
            try more.append(again, now + Self.hour)
            for (number, reference) in zip(10..<14, more.references) {
                let value = Double(reference.rawValue) + 0.5
                expected[Part.labels(number), default: [:]][now + Self.hour] = value.bitPattern
            }
            try SampleMismatch.check(open(next.crash(seed: 5)).samples(), equals: expected, "\(what), then another")
        }
        #expect(operation > 8)
        #expect(sizes == [4, 12])
    }

    /// A crash has left the register before the present one, and the next one is of the same kind.
    @Test func registersOfOneKindDoNotMix() throws {
        func lateSweep(_ disk: SimulatedFileSystem, now: Int64, crashAfter operations: Int?) throws -> StoredSamples {
            let database = try TestDatabase.open(disk) {
                $0.flushQuiet = 0
                $0.retention = .max
                $0.sync = .always
                $0.seriesIdle = 1000
            }
            for hours: Int64 in [20, 21] { database.tick(now: now + hours * Self.hour) }
            try Part(database, 20..<24, origin: 4).append(database, now + 22 * Self.hour)
            let expected = try database.samples()
            if let operations { disk.crash(atOperation: disk.operations + operations) }
            database.tick(now: now + 22 * Self.hour)
            if !disk.hasCrashed { #expect(try disk.list("data/wal/register") == ["00000003.wal"]) }
            return expected
        }
        // The first rewrite is killed where it was to remove the old register.
        var disk = SimulatedFileSystem(seed: 1)
        var now: Int64 = 0
        for operation in 1... {
            let killed = SimulatedFileSystem(seed: 1)
            let (database, _, end) = try prepare(killed)
            killed.crash(atOperation: killed.operations + operation)
            database.tick(now: end)
            try #require(killed.hasCrashed)
            (disk, now) = (killed.kill(), end)
            if try disk.list("data/wal/register").sorted() == ["00000001.wal", "00000002.wal"] { break }
        }
        var operations = 0
        var isOver = false
        while !isOver {
            operations += 1
            for seed in 0..<UInt64(40) {
                let copy = disk.kill()
                let expected = try lateSweep(copy, now: now, crashAfter: operations)
                isOver = !copy.hasCrashed
                let next = copy.crash(seed: seed)
                try SampleMismatch.check(
                    open(next).samples(), equals: expected, "crash at change \(operations), seed \(seed)")
            }
        }
        #expect(operations > 8)
    }

    /// A crash has taken the name of a timeline from the register, but the journal has its rows.
    @Test func timelinesWithoutNamesStay() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let (database, _, now) = try prepare(disk)
        let path = "data/wal/register/00000001.wal"
        let size = try #require(try disk.status(path)).size
        try Part(database, 8..<12, origin: 3).append(database, now + 1000)
        let before = try database.samples()
        let next = disk.kill()
        #expect(try #require(try next.status(path)).size > size)
        try next.open(path, .update).truncate(to: size)
        let again = try open(next)
        try SampleMismatch.check(again.samples(), equals: before, "without the name")
        for hours in 0..<3 { again.tick(now: now + Int64(hours) * Self.hour) }
        #expect(again.metrics.seriesRemoved.value == 8)
        try SampleMismatch.check(again.samples(), equals: before, "after the sweep")
        try SampleMismatch.check(open(next.kill()).samples(), equals: before, "by the new register")
    }

    @Test func aFullDiskPutsItOff() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let (database, _, now) = try prepare(disk)
        let before = try database.samples()
        disk.setCapacity(0)
        database.tick(now: now)
        #expect(database.figures.series == 12)
        disk.setCapacity(nil)
        database.tick(now: now + Self.hour)
        #expect(database.figures.series == 4)
        try SampleMismatch.check(database.samples(), equals: before, "after all")
    }

    /// A thousand live series of which a tenth is replaced every ten minutes, for a day.
    @Test func churnNeedsNoMoreAndMoreMemory() throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1)) { $0.flushQuiet = 0 }
        var numbers = Array(0..<1000)
        var next = 1000
        var largest: [Int] = []
        var names = 0
        for step in 0..<288 {
            let now = Self.start + Int64(step) * 300_000
            if step % 2 == 1 {
                numbers = Array(numbers.dropFirst(100)) + Array(next..<next + 100)
                next += 100
            }
            // Every hundred series are one pod, which is a target of its own.
            for pod in Dictionary(grouping: numbers, by: { $0 / 100 }).sorted(by: { $0.key < $1.key }) {
                let references = try pod.value.map {
                    try database.reference(for: Labels(["__name__": "m\($0 % 100)", "pod": "pod-\(pod.key)"]))
                }
                let part = AppendBatch.Part(
                    origin: Origin(.scraped, key: UInt64(pod.key)), time: now, references: references,
                    values: references.map { Double($0.rawValue) })
                let outcome = try database.append(AppendBatch(parts: [part]), now: now)
                #expect(outcome.appended == references.count)
            }
            database.tick(now: now)
            largest.append(database.head.index.memory)
            names = max(names, database.figures.series)
        }
        #expect(next == 15_400)
        #expect(names < 8000, "\(names) series at once")
        #expect(database.figures.timelines < 80)
        let half = largest[..<144].max() ?? 0
        #expect(
            largest[144...].max() ?? 0 < half + half / 10, "\(half) B in the first half, later \(largest.max() ?? 0)")
        #expect(database.figures.registerBytes < 400_000)
    }
}
