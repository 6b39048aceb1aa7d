/// What a block of the store is, for lists. Times in milliseconds.
package struct BlockSummary: Sendable, Equatable {
    /// What of a series is deleted.
    package struct Deletion: Sendable, Equatable {
        package var series: Labels
        package var range: ClosedRange<Int64>

        package init(series: Labels, range: ClosedRange<Int64>) {
            self.series = series
            self.range = range
        }
    }

    package var name: String
    package var level: Int
    /// All samples lie in `start..<end`.
    package var start: Int64
    package var end: Int64
    package var firstTime: Int64
    package var lastTime: Int64
    package var series: Int
    package var timelines: Int
    package var samples: Int
    package var bytes: Int
    /// How many ranges of series are deleted in it.
    package var deletions: Int

    package init(
        name: String, level: Int, start: Int64, end: Int64, firstTime: Int64, lastTime: Int64, series: Int,
        timelines: Int, samples: Int, bytes: Int, deletions: Int
    ) {
        self.name = name
        self.level = level
        self.start = start
        self.end = end
        self.firstTime = firstTime
        self.lastTime = lastTime
        self.series = series
        self.timelines = timelines
        self.samples = samples
        self.bytes = bytes
        self.deletions = deletions
    }
}
