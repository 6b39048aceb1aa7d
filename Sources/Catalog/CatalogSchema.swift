import SQLite

/// The tables of `catalog.sqlite` and how they came about (docs/format/catalog.md).
enum CatalogSchema {
    /// "APUS": tells our file from another program's.
    static let applicationID: Int64 = 0x4150_5553

    /// The statements that lead from version i to i + 1; never changed once released.
    static let migrations = [
        """
        CREATE TABLE block (
            name TEXT PRIMARY KEY, level INTEGER NOT NULL,
            start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
            first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
            series INTEGER NOT NULL, timelines INTEGER NOT NULL, samples INTEGER NOT NULL,
            bytes INTEGER NOT NULL, deletions INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE deletion (
            block TEXT NOT NULL REFERENCES block (name) ON DELETE CASCADE,
            series TEXT NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX deletion_of_block ON deletion (block);
        """,
        """
        CREATE TABLE target (
            id INTEGER PRIMARY KEY, labels TEXT NOT NULL UNIQUE, seen_ms INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE metadata (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, help TEXT NOT NULL, unit TEXT NOT NULL,
            UNIQUE (name, type, help, unit)
        ) STRICT;
        CREATE TABLE target_metadata (
            target INTEGER NOT NULL REFERENCES target (id) ON DELETE CASCADE,
            metadata INTEGER NOT NULL REFERENCES metadata (id),
            PRIMARY KEY (target, metadata)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX target_of_metadata ON target_metadata (metadata);
        """,
    ]

    static var version: Int64 { Int64(migrations.count) }

    /// Makes the tables, or brings those of an older version up to date, in one step.
    static func prepare(_ connection: SQLiteConnection, path: String) throws(SQLiteError) {
        let found = try checkedVersion(connection, path: path)
        if found == version { return }
        try connection.transaction { () throws(SQLiteError) in
            for migration in migrations[Int(max(found, 0))...] { try connection.execute(migration) }
            try connection.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
        }
    }

    /// The version of a file; 0 for an empty one. Refuses another program's and newer ones.
    static func checkedVersion(_ connection: SQLiteConnection, path: String) throws(SQLiteError) -> Int64 {
        let found = try connection.number("PRAGMA user_version")
        let owner = try connection.number("PRAGMA application_id")
        let isEmpty = try connection.number("SELECT count(*) FROM sqlite_schema") == 0
        if owner != applicationID && !isEmpty {
            throw SQLiteError(kind: .other, "\(path) is not a catalog of Apus; move it away")
        }
        if found > version {
            throw SQLiteError(
                kind: .other, "\(path) has version \(found), newer than this program's \(version); use a newer program")
        }
        return found
    }
}
