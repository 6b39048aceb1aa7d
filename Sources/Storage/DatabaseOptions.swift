import Model

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
    /// This one and what is retained may change while the store runs (`Database.apply`).
    package var outOfOrderWindow: Int64 = 600_000
    /// Samples older than this are refused as too old; blocks of such go. `.max` for no limit.
    package var retention: Int64 = 15 * 86_400_000
    /// Bytes that all files may take before the oldest blocks go; 0 for no limit.
    package var retentionBytes = 0
    /// The same as a part of the file system's size, which comes before bytes; 0 for no limit.
    package var retentionPercentage = 0.0
    /// What holds instead of `retention` for series that match; the first one that does.
    package var retentionRules: [RetentionRule] = []
    /// A window becomes a block this long after its end,
    package var flushDelay: Int64 = 3_600_000
    /// and when nothing has come for it for this long.
    package var flushQuiet: Int64 = 600_000
    /// which is not waited for while this says yes.
    package var isMemoryShort: @Sendable () -> Bool = { false }
    /// R of the storage rules: rows after which an open group is cut.
    package var rowsPerGroup = 32
    /// Columns of one timeline; 1 gives every series a timeline of its own.
    package var columnsPerTimeline = Limits.timelineColumns
    /// Journal bytes above which groups are cut, however short, to let its oldest segments go.
    package var journalLimit = 64 << 20
    /// No new series are made when there are so many.
    package var seriesLimit = Int.max
    /// So many series are worth a warning; nil for four fifths of the limit.
    package var seriesWarning: Int?
    /// What a new series must keep within.
    package var labelLimits = LabelLimits()
    /// A series without a sample for so long may leave the head.
    package var seriesIdle: Int64 = 4 * 3_600_000
    /// Written into the lock file.
    package var owner = ""

    package init() {}

    /// How long samples are kept that are kept longest.
    var longestRetention: Int64 { retentionRules.reduce(retention) { max($0, $1.time) } }
}
