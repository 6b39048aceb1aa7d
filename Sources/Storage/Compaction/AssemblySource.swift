import Chunks
import Model
import Platform

/// Rows that share times, to be taken into a new block: a group of the head, or a timeline of a block. Its columns are
/// those of series by their numbers in the new block.
enum AssemblySource {
    case group(SealedRowsOfWindow)
    case block(TimelineOfBlock)

    var rows: Int {
        switch self {
        case .group(let source): return source.reader.rows
        case .block(let source): return source.timeline.rows
        }
    }

    func times() throws -> [Int64] {
        switch self {
        case .group(let source):
            var times = [Int64](repeating: 0, count: rows)
            try times.withContiguousMutable { (pointer) throws(ChunkError) in
                try source.reader.readTimes(into: pointer)
            }
            return times
        case .block(let source): return try source.block.times(of: source.timeline)
        }
    }

    /// Calls `body` with all columns: series, and what `readColumn` wants.
    func forEachColumn(_ body: (_ series: UInt32, _ place: Int) -> Void) {
        switch self {
        case .group(let source):
            for column in 0..<source.reader.columns {
                if let series = source.numbers.series(source.reader.reference(column)) { body(series, column) }
            }
        case .block(let source):
            for place in source.columns.indices { body(source.columns[place].series, place) }
        }
    }

    /// The column of a series.
    func place(of series: UInt32) -> Int? {
        switch self {
        case .group(let source):
            let reader = source.reader
            guard let reference = source.numbers.reference(series) else { return nil }
            let place = lowerBound(reader.columns) { reader.reference($0) < reference }
            return place < reader.columns && reader.reference(place) == reference ? place : nil
        case .block(let source):
            let place = lowerBound(source.columns.count) { source.columns[$0].series < series }
            return place < source.columns.count && source.columns[place].series == series ? place : nil
        }
    }

    /// Writes a column's cells; `cells` was all absent. `times` are those of the rows.
    func readColumn(_ place: Int, times: ArraySlice<Int64>, into cells: UnsafeMutablePointer<Double>) throws {
        switch self {
        case .group(let source): try source.reader.readColumn(place, into: cells)
        case .block(let source):
            let rows = 0..<source.timeline.rows
            try source.block.readColumn(
                source.columns[place].column, of: source.timeline, rows: rows, neighbours: source.neighbours,
                into: cells)
            if !source.deleted.isEmpty { source.deleted[source.columns[place].series]?.apply(to: cells, times: times) }
        }
    }
}

/// A sealed group and the numbers of its series.
struct SealedRowsOfWindow {
    let reader: GroupReader
    let numbers: SeriesNumbers
}

/// A timeline of a block and the new numbers of its series, ascending.
final class TimelineOfBlock {
    let block: BlockReader
    let timeline: BlockTimeline
    var columns: [(series: UInt32, column: BlockColumn)] = []
    let neighbours = NeighbourValues()
    /// Per series what is not to be taken over.
    var deleted: [UInt32: [ClosedRange<Int64>]] = [:]

    init(_ block: BlockReader, _ timeline: BlockTimeline) {
        self.block = block
        self.timeline = timeline
    }
}

/// Which references of the head have which numbers in a new block.
final class SeriesNumbers {
    private static let none = UInt32.max
    private let references: [UInt32]
    private var numbers: [UInt32]

    /// - Parameter references: in the order of their label sets.
    init(_ references: [UInt32]) {
        self.references = references
        numbers = Array(repeating: Self.none, count: Int(references.max() ?? 0) + 1)
        for (number, reference) in references.enumerated() { numbers[Int(reference)] = UInt32(number) }
    }

    func series(_ reference: UInt32) -> UInt32? {
        guard Int(reference) < numbers.count, numbers[Int(reference)] != Self.none else { return nil }
        return numbers[Int(reference)]
    }

    func reference(_ series: UInt32) -> UInt32? { Int(series) < references.count ? references[Int(series)] : nil }
}
