import Platform
import SQLite

extension Catalog {
    /// Puts a copy into another data directory, durable when it returns; without one that directory's server makes its
    /// own. A failure is logged.
    package func copy(to directory: String) {
        let target = "\(directory)/\(Self.fileName)"
        use { (_, connection) throws(SQLiteError) in
            try connection.prepare("VACUUM INTO ?").run(.text(target))
            do throws(FileError) {
                try files.open(target, .update).sync()
                try files.syncDirectory(directory)
            } catch {
                throw SQLiteError(kind: .disk, error.description)
            }
        }
    }
}
