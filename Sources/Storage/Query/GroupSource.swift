import Chunks
import Model

/// A run of rows that a reader may decode: a group in memory or in a mapped file.
enum GroupSource: Sendable {
    case memory(RowGroupView)
    case sealed(SealedRows)

    var rows: Int {
        switch self {
        case .memory(let view): return view.rows
        case .sealed(let group): return group.reader.rows
        }
    }

    var firstTime: Int64 {
        switch self {
        case .memory(let view): return view.firstTime
        case .sealed(let group): return group.reader.firstTime
        }
    }

    /// `times` has room for all rows.
    func readTimes(into times: UnsafeMutablePointer<Int64>) throws(SelectError) {
        switch self {
        case .memory(let view): view.readTimes(into: times)
        case .sealed(let group):
            do throws(ChunkError) { try group.reader.readTimes(into: times) } catch { throw group.error(error) }
        }
    }

    /// Begins to load the times.
    func prefetchTimes() {
        if case .sealed(let group) = self { group.reader.prefetchTimes() }
    }

    /// Begins to load what tells where the columns are, if they are where they were in the group before.
    func prefetchEntries(of columns: ColumnReading) {
        if case .sealed(let group) = self { columns.forEachKnownPlace { group.reader.prefetchEntry(ofColumn: $0) } }
    }

    /// Guesses where the columns are, before the first group is looked through.
    func guessPlaces(of columns: ColumnReading) {
        guard case .sealed(let group) = self, group.reader.columns > 0 else { return }
        columns.guessPlaces(firstReference: group.reader.reference(0), count: group.reader.columns)
    }

    /// Finds the columns and begins to load them. `number`: of the group, among those that are read one after the
    /// other.
    func find(_ columns: ColumnReading, number: Int) throws(SelectError) {
        guard case .sealed(let group) = self else { return }
        do throws(ChunkError) {
            try group.reader.find(columns, into: columns.found(in: number))
        } catch {
            throw group.error(error)
        }
    }

    /// Writes the cells of some rows of columns that were found, those of column i from `cells + i * stride` on, where
    /// the group's first row would stand. Other rows of the group may be written, too.
    func read(
        _ columns: ColumnReading, number: Int, rows: Range<Int>, into cells: UnsafeMutablePointer<Double>, stride: Int
    ) throws(SelectError) {
        switch self {
        case .memory(let view): view.read(columns, rows: rows, into: cells, stride: stride)
        case .sealed(let group):
            do throws(ChunkError) {
                try group.reader.decode(columns, columns.found(in: number), into: cells, stride: stride)
            } catch {
                throw group.error(error)
            }
        }
    }
}

/// A group in a mapped file, which the plan keeps mapped.
final class SealedRows: @unchecked Sendable {
    // Sendable: the mapped bytes are only read.
    let reader: GroupReader
    private let path: String
    private let offset: Int

    init(_ reader: GroupReader, path: String, offset: Int) {
        self.reader = reader
        self.path = path
        self.offset = offset
    }

    func error(_ error: ChunkError) -> SelectError {
        .storage("\(path): row group at offset \(offset): \(error)")
    }
}

extension GroupReader {
    /// A column is a line or two of the cache, of a group that is not in it. So all columns of a group are found, and
    /// begin to be loaded, while those of the group before are decoded.
    fileprivate func find(
        _ reading: ColumnReading, into found: UnsafeMutablePointer<UnsafeRawBufferPointer>
    ) throws(ChunkError) {
        try reading.forEach(placesIn: columns) {
            self.reference($0)
        } _: { (column, place) throws(ChunkError) in
            guard let place else {
                found[column] = .init(start: nil, count: 0)
                return
            }
            let bytes = try data(ofColumn: place)
            Self.prefetch(bytes)
            found[column] = bytes
        }
    }

    /// All rows of columns that were found.
    fileprivate func decode(
        _ reading: ColumnReading, _ found: UnsafePointer<UnsafeRawBufferPointer>,
        into cells: UnsafeMutablePointer<Double>, stride: Int
    ) throws(ChunkError) {
        for column in reading.references.indices {
            let target = cells + column * stride
            if found[column].baseAddress == nil {
                target.update(repeating: .absent, count: rows)
                reading.setHoles(column)
            } else if try !EncodedColumn.decode(found[column], rows: rows, into: target) {
                reading.setHoles(column)
            }
        }
    }
}
