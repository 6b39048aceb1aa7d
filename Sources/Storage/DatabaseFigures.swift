/// How far replay is.
package struct ReplayProgress: Sendable {
    package var segmentsDone = 0
    package var segments = 0
    package var samples = 0

    package init() {}
}

/// What the store holds, as of one moment.
package struct DatabaseFigures: Sendable {
    package var series = 0
    package var timelines = 0
    /// Row groups that are being filled or wait to be sealed.
    package var openGroups = 0
    package var sealedGroups = 0
    /// Milliseconds; nil when nothing is stored.
    package var oldestTime: Int64?
    package var newestTime: Int64?
    package var journalBytes = 0
    package var registerBytes = 0
    package var groupBytes = 0
    package var blocks = 0
    package var blockBytes = 0
    package var blockSamples = 0
    /// Time of the first sample in a block.
    package var oldestBlockTime: Int64?
    /// Time of the last one.
    package var newestBlockTime: Int64?

    package init() {}
}
