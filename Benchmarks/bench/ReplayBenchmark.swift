import Platform
import Storage

/// What a start costs for each series and for each row of the journal, told apart by journals of two lengths.
extension StorageBenchmark {
    private static let shortJournal = 2
    /// As many rows as a journal has on average: from the beginning of the oldest open group on. No group is sealed here,
    /// so every row has to be put back.
    private static let longJournal = 24

    private struct Restart {
        /// Nanoseconds.
        var time = Double.infinity
        var processor = Double.infinity
        var samples = 0
        var journal = 0
        /// Memory before the kill, and the most while the journal was replayed.
        var running: Int64 = 0
        var replaying: Int64 = 0
    }

    mutating func replay() throws {
        let few = try restart(rows: Self.shortJournal)
        let many = try restart(rows: Self.longJournal)
        let perSample = (many.processor - few.processor) / Double(many.samples - few.samples)
        let perSeries = (few.processor - perSample * Double(few.samples)) / Double(series)
        print(
            "\(title): restart with \(many.samples) samples in the journal \(Int(many.time / 1e6)) ms, "
                + "\(Int(many.processor / 1e6)) ms of processor time, "
                + "\(Int(Double(many.samples) / many.time * 1e3)) M samples/s; of the processor time "
                + "\(nanoseconds(perSample)) ns/sample for the rows (\(Int(1e3 / perSample)) M samples/s) and "
                + "\(Int(perSeries)) ns/series for names, records and layouts; journal "
                + "\(nanoseconds(Double(many.journal) / Double(many.samples))) B/sample; memory before the kill "
                + "\(many.running >> 10) kB, at most \(many.replaying >> 10) kB in the replay")
    }

    /// Opens a store that was killed after so many rows.
    private mutating func restart(rows: Int) throws -> Restart {
        try removeAll()
        var restart = Restart()
        Heap.trim()
        let before = memory()
        row = 0
        var database: Database? = try open()
        for _ in 0..<rows { if let database { try scrape(database) } }
        restart.journal = database?.figures.journalBytes ?? 0
        restart.running = memory() - before
        database = nil
        for _ in 0..<5 {
            Heap.trim()
            let before = memory()
            let processor = processorTime()
            let again = make()
            var most: Int64 = 0
            let time = try ContinuousClock().measure {
                try again.open {
                    restart.samples = $0.samples
                    most = max(most, memory())
                }
            }
            restart.time = min(restart.time, elapsed(time))
            restart.processor = min(restart.processor, processorTime() - processor)
            restart.replaying = max(restart.replaying, max(most, memory()) - before)
        }
        try removeAll()
        return restart
    }

    private func memory() -> Int64 { ProcessStatistics.current()?.anonymousBytes ?? 0 }
}
