import Journal
import Model
import Platform
import TestSupport
import Testing

@testable import Storage

/// Frames whose checksum is right and whose content is wrong: what a fault of memory leaves behind.
struct JournalDamageTests {
    private static let interval: Int64 = 15_000

    /// A store that was killed after some scrapes, its group and its timelines.
    private struct Killed {
        var disk = SimulatedFileSystem(seed: 1)
        let samples: StoredSamples
        let group: RowGroup
        let series: Int
        let timelines: Int

        init() throws {
            let database = try TestDatabase.open(disk)
            let scraped = try TestSeries(database, count: 10)
            for step in 0..<5 {
                try scraped.scrape(at: TestSeries.start + Int64(step) * interval) { Double($0 * step) }
            }
            samples = try database.samples()
            group = try #require(database.head.timelines.first?.open)
            series = database.head.index.count
            timelines = database.head.timelines.count
            disk = disk.kill()
        }

        /// Appends a frame to the journal.
        func append(_ entry: (ByteBuffer) -> Void) throws {
            let payload = ByteBuffer()
            payload.append(signedVarint: TestSeries.start + 10 * interval)
            entry(payload)
            let reader = try SegmentReader(files: disk, directory: WriteAheadLog.journalDirectory("data"))
            let log = try SegmentedLog(continuing: reader, segmentSize: 1 << 20, seed: 1)
            try log.append(kind: JournalFormat.commitFrame, payload.bytes)
        }

        /// Flags and place of an entry.
        func begin(
            _ entry: JournalFormat.Entry, _ flags: UInt8, in payload: ByteBuffer, timeline: Int = 0,
            number: UInt32? = nil, sequence: Int? = nil
        ) {
            payload.append(entry.rawValue | flags)
            payload.append(varint: UInt64(timeline))
            payload.append(varint: UInt64(number ?? group.number))
            payload.append(varint: UInt64(sequence ?? group.entries))
        }
    }

    @Test func namesThatNobodyGaveReserveNothing() throws {
        let killed = try Killed()
        let far = NameBounds.largestHole + 1000
        try killed.append { payload in
            killed.begin(.row, JournalFormat.added, in: payload, timeline: far, number: 0, sequence: 0)
            payload.append(signedVarint: 0)
            payload.append(varint: 1)
            payload.append(signedVarint: 0)
            payload.append(0)
        }
        try killed.append { payload in
            killed.begin(.row, JournalFormat.added | JournalFormat.list, in: payload)
            payload.append(signedVarint: 0)
            payload.append(varint: 1)
            payload.append(signedVarint: Int64(far))
            payload.append(varint: 0)
        }
        try killed.append { payload in
            payload.append(JournalFormat.Entry.late.rawValue)
            payload.append(varint: 1)
            payload.append(signedVarint: Int64(far))
            payload.append(signedVarint: 0)
            payload.append(0)
        }
        let database = try TestDatabase.open(killed.disk)
        #expect(database.head.index.count == killed.series)
        #expect(database.head.timelines.count == killed.timelines)
        try SampleMismatch.check(database.samples(), equals: killed.samples, "ids that are too high")
    }

    /// Of lost timelines only those that the journal has something of take memory.
    @Test func lostTimelinesAreMadeWhenTheyAreSeen() throws {
        let killed = try Killed()
        try killed.append { payload in
            killed.begin(.row, JournalFormat.added, in: payload, timeline: 100_000, number: 0, sequence: 0)
            payload.append(signedVarint: 0)
            payload.append(varint: 1)
            payload.append(signedVarint: 3)
            payload.append(4)
        }
        let database = try TestDatabase.open(killed.disk)
        #expect(database.head.timelines.count == 100_001)
        #expect(database.figures.timelines == killed.timelines + 1)
        let series = database.head.index.labels(of: SeriesReference(3))
        let added = try database.samples()[series]?.count
        #expect(added == 6)
    }

    enum Entry: CaseIterable { case row, fill, first }

    /// An entry that ends in its middle is not there at all, and what comes after the restart does not depend on it.
    @Test(arguments: Entry.allCases) func anEntryThatEndsEarlyIsNotThere(_ entry: Entry) throws {
        let killed = try Killed()
        try killed.append { payload in
            switch entry {
            case .row:
                killed.begin(.row, JournalFormat.added | JournalFormat.list, in: payload)
                payload.append(signedVarint: 0)
            case .fill:
                killed.begin(.fill, JournalFormat.added, in: payload)
                payload.append(varint: 2)
            case .first:
                killed.begin(
                    .row, JournalFormat.added, in: payload, number: killed.group.number + 1, sequence: 0)
                payload.append(signedVarint: 0)
            }
            payload.append(varint: 2)
            payload.append(signedVarint: 0)
            payload.append(signedVarint: 1)
            if entry != .first {
                payload.append(varint: 2)
                payload.append(varint: 0)
                payload.append(varint: 9)
            }
            payload.append(4)
        }
        var disk = killed.disk
        for round in 0..<2 {
            let database = try TestDatabase.open(disk)
            if round == 0 { try SampleMismatch.check(database.samples(), equals: killed.samples, "\(entry)") }
            let scraped = try TestSeries(database, count: 12)
            let time = TestSeries.start + Int64(20 + round) * Self.interval
            #expect(try scraped.scrape(at: time) { Double($0) }.appended == 12)
            let samples = try database.samples()
            disk = disk.kill()
            try SampleMismatch.check(TestDatabase.open(disk).samples(), equals: samples, "\(entry), round \(round)")
        }
    }
}
