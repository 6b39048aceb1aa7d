import Model
import Platform
import Storage
import Telemetry
import TestSupport

/// Databases of tests live in the root of a simulated disk.
enum TestDatabase {
    static func make(
        _ files: any FileSystem, directory: String = "data", clock: any TimeSource = ManualTime(),
        _ change: (inout DatabaseOptions) -> Void = { _ in }
    ) -> Database {
        var options = DatabaseOptions()
        options.owner = "test"
        change(&options)
        return Database(
            directory: directory, fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { _ in })
    }

    static func open(
        _ files: any FileSystem, _ change: (inout DatabaseOptions) -> Void = { _ in }
    ) throws -> Database {
        let database = make(files, change)
        try database.open()
        return database
    }
}
