import Model
import Platform
import Storage
import Telemetry

/// The store of a data directory that no server holds, for commands that work on it themselves.
struct OfflineStore {
    static let pathFlag = Flag(
        "storage.tsdb.path", .value(placeholder: "DATA", default: "data/"), "Data directory; no server may run on it.")
    static let retentionFlag = Flag(
        "storage.tsdb.retention.time", .value(placeholder: "DURATION", default: "15d"),
        "Samples older than this are refused; the server's value.")

    let database: Database
    /// The data directory.
    let path: String

    /// Takes the lock and replays the journal.
    /// - Parameter takesAnyTime: samples may be older than what their series have already.
    static func open(
        _ values: FlagValues, _ shell: Shell, retention: Int64? = nil, takesAnyTime: Bool = false
    ) throws(StorageError) -> OfflineStore {
        var options = DatabaseOptions()
        options.retention = retention ?? options.retention
        // Samples come again when the command is given again, so only the end has to be durable.
        options.sync = .never
        if takesAnyTime { options.outOfOrderWindow = options.retention }
        return try open(path(values), options, shell)
    }

    /// Opens a directory that must be there, for reading. It need not be closed: the journal keeps what is in it.
    static func reading(_ path: String, _ shell: Shell) throws(StorageError) -> OfflineStore {
        // Opening would make it.
        _ = try DirectoryArgument.stopped(path, shell)
        var options = DatabaseOptions()
        options.retention = .max
        return try open(path, options, shell)
    }

    private static func open(
        _ path: String, _ options: DatabaseOptions, _ shell: Shell
    ) throws(StorageError) -> OfflineStore {
        var options = options
        // What is imported or looked into is old; its series must stay.
        options.seriesIdle = .max
        options.owner = DirectoryArgument.owner
        let database = Database(
            directory: path, fileSystem: shell.files, clock: shell.clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .warn, clock: shell.clock, write: { shell.error($0) }))
        try database.open()
        return OfflineStore(database: database, path: path)
    }

    static func path(_ values: FlagValues) -> String {
        DirectoryArgument.trimmed(values.text(pathFlag.name) ?? "")
    }

    /// Writes what is complete, so that memory stays small.
    func settle(_ now: Int64) { database.tick(now: now) }

    /// Makes blocks of the windows that are over.
    func finish(_ now: Int64) throws(StorageError) { try database.settle(now: now) }

    func close() throws(StorageError) { try database.close() }
}
