/// What a log has done since it was opened.
package struct LogCounters: Sendable, Equatable {
    package var frames = 0
    /// Frame headers included.
    package var bytes = 0
    package var failedAppends = 0
    package var syncs = 0
    package var failedSyncs = 0
    package var segmentsCreated = 0
    package var segmentsRemoved = 0
}
