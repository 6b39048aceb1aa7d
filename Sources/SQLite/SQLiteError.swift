/// Why SQLite could not do something.
package struct SQLiteError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// The file is no database, or its pages contradict each other.
        case damaged
        /// There is no room, or reading or writing failed.
        case disk
        case other
    }

    package var kind: Kind
    package var description: String

    package init(kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
