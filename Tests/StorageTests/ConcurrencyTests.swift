import Model
import Platform
import Storage
import Synchronization
import TestSupport
import Testing

/// Writers, readers and the sealing of groups at the same time.
struct ConcurrencyTests {
    static let start: Int64 = 1_700_000_000_000
    static let rows = 400
    static let series = 30

    @Test func readersSeeWholeScrapesWhileGroupsAreSealed() throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1)) {
            $0.rowsPerGroup = 8
            $0.journalLimit = 20_000
        }
        let progress = Progress()
        let reader: @Sendable () -> Void = {
            do { try Self.read(database, progress) } catch { progress.problems.withLock { $0.append("\(error)") } }
        }
        let sealer: @Sendable () -> Void = {
            while !progress.isDone.load(ordering: .relaxed) { database.tick(now: Self.start) }
        }
        let threads = try [
            Thread(name: "reader", body: reader), Thread(name: "reader", body: reader),
            Thread(name: "sealer", body: sealer),
        ]
        try Self.write(database)
        progress.isDone.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
        #expect(progress.problems.withLock { $0 } == [])
        let counts = try database.samples().values.map(\.count)
        #expect(counts == Array(repeating: Self.rows, count: Self.series))
    }

    private final class Progress: Sendable {
        let isDone = Atomic(false)
        let problems = Mutex<[String]>([])
    }

    private static func write(_ database: Database) throws {
        let references = try (0..<series).map { try database.reference(for: Labels(["__name__": "m", "n": "\($0)"])) }
        for row in 0..<rows {
            // Two origins in one commit: readers must see both or none.
            let halves = [references[..<(series / 2)], references[(series / 2)...]]
            let parts = halves.enumerated().map { key, half in
                AppendBatch.Part(
                    origin: Origin(.scraped, key: UInt64(key)), time: start + Int64(row), references: Array(half),
                    values: half.map { _ in Double(row) })
            }
            _ = try database.append(AppendBatch(parts: parts), now: start)
        }
    }

    /// Every series ends with the same row in every snapshot.
    private static func read(_ database: Database, _ progress: Progress) throws {
        var seen = 0
        repeat {
            let stored = try database.samples()
            let counts = Set(stored.values.map(\.count))
            if counts.count > 1 { throw SampleMismatch("series end at different rows: \(counts.sorted())") }
            if !stored.isEmpty && stored.count != series { throw SampleMismatch("\(stored.count) series") }
            let count = counts.first ?? 0
            if count < seen { throw SampleMismatch("row \(seen) was there and is gone") }
            seen = count
        } while !progress.isDone.load(ordering: .relaxed)
    }
}
