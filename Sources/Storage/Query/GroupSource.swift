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

    /// Writes the cells of columns that the group has; those of column i from `cells + i * stride` on, which was all
    /// absent and has room for all rows. References ascend.
    func readColumns(
        _ references: some Collection<UInt32>, into cells: UnsafeMutablePointer<Double>, stride: Int
    ) throws(SelectError) {
        var hint = 0
        var target = cells
        switch self {
        case .memory(let view):
            for reference in references {
                if let column = view.column(of: reference, hint: &hint) { view.readColumn(column, into: target) }
                target += stride
            }
        case .sealed(let group):
            let reader = group.reader
            do throws(ChunkError) {
                for reference in references {
                    if let column = reader.column(of: reference, hint: &hint) {
                        try reader.readColumn(column, into: target)
                    }
                    target += stride
                }
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
