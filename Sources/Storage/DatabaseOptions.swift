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
