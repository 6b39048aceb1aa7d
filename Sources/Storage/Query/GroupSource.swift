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

    /// Writes the cells of some rows of columns, those of column i from `cells + i * stride` on, where the group's
    /// first row would stand. Other rows of the group may be written, too.
    func read(
        _ columns: ColumnReading, rows: Range<Int>, into cells: UnsafeMutablePointer<Double>, stride: Int
    ) throws(SelectError) {
        switch self {
        case .memory(let view): view.read(columns, rows: rows, into: cells, stride: stride)
        case .sealed(let group):
            do throws(ChunkError) {
                try group.reader.read(columns, into: cells, stride: stride)
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
    /// All rows.
    fileprivate func read(
        _ reading: ColumnReading, into cells: UnsafeMutablePointer<Double>, stride: Int
    ) throws(ChunkError) {
        if reading.isSparse { return try readSparse(reading, into: cells, stride: stride) }
        try reading.forEach(placesIn: columns) {
            self.reference($0)
        } _: { (column, place) throws(ChunkError) in
            let target = cells + column * stride
            if let place {
                if try !readColumn(place, into: target) { reading.setHoles(column) }
            } else {
                target.update(repeating: .absent, count: rows)
                reading.setHoles(column)
            }
        }
    }

    /// A column is a line of the cache, of a group that is not in it. Where columns follow each other the processor
    /// knows by itself what comes. Where they are far apart, the first bytes of all are looked at before any is
    /// decoded, so that it waits for many at once.
    private func readSparse(
        _ reading: ColumnReading, into cells: UnsafeMutablePointer<Double>, stride: Int
    ) throws(ChunkError) {
        var found = reading.takeScratch()
        try reading.forEach(placesIn: columns) {
            self.reference($0)
        } _: { (column, place) throws(ChunkError) in
            let bytes = try place.map { (place) throws(ChunkError) in try data(ofColumn: place) }
            found[column] = .init(bytes: bytes, flags: bytes?.first ?? 0)
        }
        for column in found.indices {
            let target = cells + column * stride
            if let bytes = found[column].bytes {
                if try !EncodedColumn.decode(bytes, rows: rows, into: target) { reading.setHoles(column) }
            } else {
                target.update(repeating: .absent, count: rows)
                reading.setHoles(column)
            }
        }
        reading.putBack(found)
    }
}
