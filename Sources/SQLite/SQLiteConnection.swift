import CSQLite

/// An open database file. One thread at a time.
package final class SQLiteConnection {
    private let handle: OpaquePointer
    private let path: String

    /// Opens a file, made when it is missing; whether it is a database shows at its first use.
    package convenience init(path: String) throws(SQLiteError) {
        try self.init(path, path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    }

    /// Opens a file that is there, to read it.
    /// - Parameter isAlone: it has no log beside it and nobody writes; nothing is then made beside it.
    package convenience init(reading path: String, isAlone: Bool) throws(SQLiteError) {
        var name = "file:"
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default: name += (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
            }
        }
        name += isAlone ? "?mode=ro&immutable=1" : "?mode=ro"
        try self.init(name, path: path, flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
    }

    private init(_ name: String, path: String, flags: Int32) throws(SQLiteError) {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(name, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let text = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw SQLiteError(kind: .disk, "\(path): \(text)")
        }
        self.handle = handle
        self.path = path
        sqlite3_extended_result_codes(handle, 1)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements that give no rows.
    package func execute(_ sql: String) throws(SQLiteError) {
        if sqlite3_exec(handle, sql, nil, nil, nil) != SQLITE_OK { throw lastError }
    }

    package func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw lastError }
        return SQLiteStatement(statement, self)
    }

    /// All of `body` or, after an error, nothing.
    package func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try execute("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            try body()
            try execute("COMMIT")
        } catch {
            // SQLite itself rolls back after some errors, and then there is nothing left to do.
            try? execute("ROLLBACK")
            throw error
        }
    }

    /// The one number that a statement gives.
    package func number(_ sql: String) throws(SQLiteError) -> Int64 {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : 0
    }

    /// The first text that a statement gives.
    package func text(_ sql: String) throws(SQLiteError) -> String {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : ""
    }

    var lastError: SQLiteError {
        let code = sqlite3_extended_errcode(handle)
        let kind: SQLiteError.Kind
        switch code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB: kind = .damaged
        case SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY: kind = .disk
        default: kind = .other
        }
        return SQLiteError(kind: kind, "\(path): \(String(cString: sqlite3_errmsg(handle)))")
    }
}
