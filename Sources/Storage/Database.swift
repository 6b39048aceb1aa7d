import Model
import Platform
import Telemetry

/// Settings of the store. Times in milliseconds.
package struct DatabaseOptions: Sendable {
    package enum Sync: Sendable, Equatable {
        /// The journal is synced this often; a commit is answered when the kernel has it.
        case interval(Int64)
        /// A commit is answered when the disk has it.
        case always
        case never
    }

    package var sync = Sync.interval(1000)
    package var outOfOrderWindow: Int64 = 600_000
    /// Samples older than this are refused as too old.
    package var retention: Int64 = 15 * 86_400_000
    /// R of the storage rules: rows after which an open group is cut.
    package var rowsPerGroup = 32
    package var seriesLimit = Int.max
    /// Written into the lock file.
    package var owner = ""

    package init() {}
}

/// Why the store could not be opened or closed: what, where, and what to do.
package struct StorageError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// How far replay is.
package struct ReplayProgress: Sendable {
    package var segmentsDone = 0
    package var segments = 0
    package var samples = 0

    package init() {}
}
