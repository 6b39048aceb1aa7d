import Chunks
import Model

/// A run of rows that a reader may decode: a group in memory or in a mapped file.
enum GroupSource {
    case memory(RowGroupView)
    /// The number of rows, and the group; its mapping is kept by the plan.
    case sealed(GroupReader, path: String, offset: Int)

    var rows: Int {
        switch self {
        case .memory(let view): return view.rows
        case .sealed(let group, _, _): return group.rows
        }
    }

    var firstTime: Int64 {
        switch self {
        case .memory(let view): return view.firstTime
        case .sealed(let group, _, _): return group.firstTime
        }
    }

    func column(of reference: UInt32) -> Int? {
        switch self {
        case .memory(let view): return view.column(of: reference)
        case .sealed(let group, _, _): return group.column(of: reference)
        }
    }

    func readTimes(into times: UnsafeMutablePointer<Int64>) throws(SelectError) {
        switch self {
        case .memory(let view): view.readTimes(into: times)
        case .sealed(let group, let path, let offset):
            do throws(ChunkError) { try group.readTimes(into: times) } catch {
                throw Self.error(error, path, offset)
            }
        }
    }

    /// Writes a column's cells; `cells` was all absent.
    func readColumn(_ column: Int, into cells: UnsafeMutablePointer<Double>) throws(SelectError) {
        switch self {
        case .memory(let view): view.readColumn(column, into: cells)
        case .sealed(let group, let path, let offset):
            do throws(ChunkError) { try group.readColumn(column, into: cells) } catch {
                throw Self.error(error, path, offset)
            }
        }
    }

    private static func error(_ error: ChunkError, _ path: String, _ offset: Int) -> SelectError {
        .storage("\(path): row group at offset \(offset): \(error)")
    }
}
