import Model
import Platform

/// Reads everything in a block: checksums of all sections, all times, all columns; and compares it with what the
/// description says.
struct BlockVerification {
    /// A column that cannot be read, by timeline and offset.
    struct Place: Hashable {
        var timeline: Int
        var offset: Int
    }

    private(set) var findings: [StoreFinding] = []
    /// Of columns; those of timelines without times are among them.
    private(set) var unreadable: Set<Place> = []
    /// The index can be read, so what is readable in the data file can be found.
    private(set) var indexIsSound = true
    private(set) var samples = 0

    private let block: BlockReader
    private var columns: [[BlockColumn]] = []
    private var cells: [Double] = []

    init(_ block: BlockReader) {
        self.block = block
        readIndex()
        if !indexIsSound { return }
        for number in columns.indices { readTimeline(number) }
        if findings.isEmpty, samples != block.meta.samples {
            note(
                BlockError(
                    file: "\(block.directory)/meta", offset: 0,
                    reason: "the block has \(samples) samples instead of \(block.meta.samples)"))
        }
    }

    private mutating func note(_ error: BlockError) { findings.append(StoreFinding(error, file: error.file)) }

    private mutating func readIndex() {
        for section in BlockFormat.Section.allCases {
            do throws(BlockError) { _ = try block.index.section(section) } catch {
                note(error)
                indexIsSound = false
            }
        }
        if !indexIsSound { return }
        do throws(BlockError) { try readSeries() } catch {
            note(error)
            indexIsSound = false
        }
    }

    private mutating func readSeries() throws(BlockError) {
        let timelines = try block.index.timelines()
        guard timelines.count == block.meta.timelines else { throw block.index.damage(.timelines, "wrong number") }
        columns = Array(repeating: [], count: timelines.count)
        var cursor = try BlockSeriesCursor(block.index)
        var last = Labels.empty
        for number in 0..<UInt32(block.meta.series) {
            try cursor.move(to: number)
            let labels = try cursor.labels()
            guard number == 0 || last < labels else { throw block.index.damage(.series, "not in order") }
            last = labels
            for column in cursor.columns {
                guard column.timeline < columns.count else { throw block.index.damage(.series) }
                columns[column.timeline].append(column)
            }
        }
    }

    private mutating func readTimeline(_ number: Int) {
        let timeline: BlockTimeline
        do throws(BlockError) {
            timeline = try block.index.timelines().timeline(number)
            let times = try block.times(of: timeline)
            guard times.first == timeline.firstTime, times.last == timeline.lastTime,
                zip(times, times.dropFirst()).allSatisfy({ $0 < $1 })
            else { throw block.index.damage(.timelines, "timeline \(number) does not have its times") }
        } catch {
            note(error)
            unreadable.formUnion(columns[number].map { Place(timeline: number, offset: $0.offset) })
            return
        }
        if columns[number].count != timeline.columns {
            note(block.index.damage(.timelines, "timeline \(number) does not have its columns"))
        }
        if cells.count < timeline.rows { cells = [Double](repeating: .absent, count: timeline.rows) }
        for column in columns[number] {
            do throws(BlockError) { try read(column, of: timeline) } catch {
                note(error)
                unreadable.insert(Place(timeline: number, offset: column.offset))
            }
        }
    }

    private mutating func read(_ column: BlockColumn, of timeline: BlockTimeline) throws(BlockError) {
        let rows = timeline.rows
        let block = block
        var found = 0
        try cells.withContiguousMutable { (cells) throws(BlockError) in
            cells.update(repeating: .absent, count: rows)
            try block.readColumn(column, of: timeline, rows: 0..<rows, into: cells)
            for row in 0..<rows where !cells[row].isAbsent { found += 1 }
            let last = rows - 1 - column.rowsBehind
            guard column.firstRow <= last, !cells[column.firstRow].isAbsent, !cells[last].isAbsent else {
                throw block.index.damage(.series, "a column does not begin or end where it should")
            }
        }
        samples += found
    }
}
