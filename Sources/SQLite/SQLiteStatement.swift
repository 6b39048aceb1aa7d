import CSQLite

/// A prepared statement. One thread at a time; ends with its last reference.
package final class SQLiteStatement {
    private let handle: OpaquePointer
    private let connection: SQLiteConnection

    init(_ handle: OpaquePointer, _ connection: SQLiteConnection) {
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    package enum Value {
        case integer(Int64)
        case text(String)
    }

    /// Runs the statement with these values for its parameters, and takes no rows.
    package func run(_ values: Value...) throws(SQLiteError) {
        sqlite3_reset(handle)
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            let code: Int32
            switch value {
            case .integer(let number): code = sqlite3_bind_int64(handle, place, number)
            case .text(let text): code = bind(text, place)
            }
            if code != SQLITE_OK { throw connection.lastError }
        }
        _ = try step()
    }

    /// Goes to the next row; false when there is none.
    package func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.lastError
        }
    }

    package var columns: Int { Int(sqlite3_column_count(handle)) }

    package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    package func text(_ column: Int) -> String {
        guard let bytes = sqlite3_column_text(handle, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// SQLite copies the text (a destructor of -1 says so), which lives only as long as the call.
    private func bind(_ text: String, _ place: Int32) -> Int32 {
        var text = text
        let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                sqlite3_bind_text(handle, place, characters.baseAddress, Int32(characters.count), copies)
            }
        }
    }
}
