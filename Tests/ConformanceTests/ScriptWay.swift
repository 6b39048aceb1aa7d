import Model
import Platform
import Storage
import Telemetry
import TestSupport

/// How samples are stored before a script asks. The answers must be the same.
enum ScriptWay: CaseIterable {
    /// A load is one origin's rows: one timeline.
    case shared
    /// Every series has an origin of its own.
    case separate
    /// As `shared`, in groups of four rows that are sealed at once; the process is killed and started again after
    /// every load.
    case killed

    func runner(delaysNameRemoval: Bool) -> PromQLScriptRunner {
        let disk = Disk(rowsPerGroup: self == .killed ? 4 : nil)
        if self == .killed {
            return PromQLScriptRunner(
                loading: .shared, delaysNameRemoval: delaysNameRemoval, clock: disk.clock, makeStore: disk.emptyStore,
                afterLoad: { _ in try disk.restartedStore() })
        }
        return PromQLScriptRunner(
            loading: self == .shared ? .shared : .separate, delaysNameRemoval: delaysNameRemoval, clock: disk.clock,
            makeStore: disk.emptyStore)
    }
}

/// A simulated disk with the database on it.
private final class Disk {
    let clock = ManualTime(wallMilliseconds: 0)
    private var files = SimulatedFileSystem(seed: 1)
    private var database: Database?
    private let rowsPerGroup: Int?

    init(rowsPerGroup: Int?) { self.rowsPerGroup = rowsPerGroup }

    func emptyStore() throws -> Database {
        files = SimulatedFileSystem(seed: 1)
        return try open()
    }

    func restartedStore() throws -> Database {
        database?.tick(now: clock.wallMilliseconds())
        files = files.kill()
        return try open()
    }

    private func open() throws -> Database {
        var options = DatabaseOptions()
        options.sync = .never
        if let rowsPerGroup { options.rowsPerGroup = rowsPerGroup }
        let database = Database(
            directory: "data", fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { _ in })
        try database.open()
        self.database = database
        return database
    }
}
