import Model
import Platform
import SQLite
import Synchronization
import Telemetry

/// `catalog.sqlite` in the data directory: what blocks there are, what is deleted in them, and what the targets said
/// about their metrics.
///
/// The first two mirror the directory of blocks, which is the truth: `update` makes good whatever the file lacks. One
/// that cannot be used never stops anything else: it is put aside when it is damaged, and tried again when there was no
/// room. Thread safe; the store never waits for it.
package final class Catalog: Sendable {
    package static let fileName = "catalog.sqlite"

    struct State {
        /// Nil while the file cannot be used.
        var connection: SQLiteConnection?
        /// Blocks in the file and how many deletions it has for each.
        var blocks: [String: Int] = [:]
        /// Targets in the file and the hash of what each said.
        var targets: [Labels: UInt64] = [:]
        /// The last failure that was logged; nil after a success.
        var failure: String?
        var isClosed = false
    }

    let state = Mutex(State())
    let path: String
    let files: any FileSystem
    private let logger: Logger
    private let failures: Counter
    private let rebuilds: Counter

    /// - Parameter directory: the data directory, which this process has locked.
    package init(directory: String, files: any FileSystem, registry: MetricRegistry, logger: Logger) {
        path = "\(directory)/\(Self.fileName)"
        self.files = files
        self.logger = logger
        failures = registry.counter(
            "apus_catalog_failures_total", "Times the catalog could not be read or written.")
        rebuilds = registry.counter(
            "apus_catalog_rebuilds_total", "Times a damaged catalog was put aside and begun anew.")
    }

    /// Opens the file; what happens to it, the server can begin.
    package func open() { use { (_: inout State, _) throws(SQLiteError) in } }

    package func close() {
        state.withLock { state in
            state.connection = nil
            state.isClosed = true
        }
    }

    /// Calls `body` with the open file, opening it first; nil when that or the body failed, which is logged once.
    @discardableResult
    func use<Result: Sendable>(
        _ body: (inout State, SQLiteConnection) throws(SQLiteError) -> Result
    ) -> Result? {
        state.withLock { state -> Result? in
            if state.isClosed { return nil }
            do throws(SQLiteError) {
                let connection = try connect(&state)
                let result = try body(&state, connection)
                state.failure = nil
                return result
            } catch {
                note(error, &state)
                return nil
            }
        }
    }

    /// The open file. Opens it first, anew if it is damaged, and learns what is in it.
    private func connect(_ state: inout State) throws(SQLiteError) -> SQLiteConnection {
        if let connection = state.connection { return connection }
        let connection: SQLiteConnection
        do throws(SQLiteError) {
            connection = try checkedConnection()
        } catch  where error.kind == .damaged {
            putAside(error)
            connection = try checkedConnection()
        }
        state.blocks = try Self.storedBlocks(connection)
        state.targets = try Self.storedTargets(connection)
        state.connection = connection
        return connection
    }

    private func checkedConnection() throws(SQLiteError) -> SQLiteConnection {
        let connection = try SQLiteConnection(path: path)
        // A commit is whole after any crash; after a power failure the last ones may be missing, and come again.
        try connection.execute("PRAGMA busy_timeout = 2000; PRAGMA foreign_keys = ON")
        let check = try connection.text("PRAGMA quick_check(1)")
        if check != "ok" { throw SQLiteError(kind: .damaged, "\(path): \(check)") }
        try CatalogSchema.prepare(connection, path: path)
        try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        return connection
    }

    private func note(_ error: SQLiteError, _ state: inout State) {
        failures.add()
        // Whatever it was, the next use begins with a look at the file.
        state.connection = nil
        if error.description == state.failure { return }
        state.failure = error.description
        logger.error(
            "The catalog cannot be used; queries and ingestion go on, it is tried again",
            ["error": error.description])
    }

    private func putAside(_ error: SQLiteError) {
        rebuilds.add()
        let aside = path + ".damaged"
        logger.error(
            "The catalog is damaged; it is made anew from the blocks and the next scrapes",
            ["error": error.description, "kept": aside])
        // What cannot be moved makes the next attempt fail as this one did.
        for suffix in ["", "-wal", "-shm"] where (try? files.status(path + suffix)) != nil {
            do throws(FileError) { try files.rename(path + suffix, to: aside + suffix) } catch {
                logger.error("Cannot put the damaged catalog aside", ["error": error.description])
            }
        }
    }
}
