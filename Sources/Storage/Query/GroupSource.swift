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

    /// Writes the cells of all rows of some columns, those of column i from `cells + i * stride` on; references ascend.
    /// Clears `isFull` of each column that has no value in some row.
    func readColumns(
        _ references: some Collection<UInt32>, into cells: UnsafeMutablePointer<Double>, stride: Int,
        isFull: UnsafeMutablePointer<Bool>
    ) throws(SelectError) {
        switch self {
        case .memory(let view): view.readColumns(references, into: cells, stride: stride, isFull: isFull)
        case .sealed(let group):
            do throws(ChunkError) {
                try group.reader.readColumns(references, into: cells, stride: stride, isFull: isFull)
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
    fileprivate func readColumns(
        _ references: some Collection<UInt32>, into cells: UnsafeMutablePointer<Double>, stride: Int,
        isFull: UnsafeMutablePointer<Bool>
    ) throws(ChunkError) {
        var hint = 0
        var target = cells
        var place = 0
        for reference in references {
            if let column = column(of: reference, hint: &hint) {
                if try !readColumn(column, into: target) { isFull[place] = false }
            } else {
                target.update(repeating: .absent, count: rows)
                isFull[place] = false
            }
            target += stride
            place += 1
        }
    }
}
