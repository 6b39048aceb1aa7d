/// What ids of series and timelines there may be. Ids behind the last one of the register are those of lost names, and
/// are reserved; but so many names are not lost at once that one far behind it is more than damage that no checksum has
/// found, and it reserves nothing.
struct NameBounds {
    /// Names that may be lost at once.
    static let largestHole = 1 << 22
    /// For who reserves nothing.
    static let none = NameBounds(series: .max, timelines: .max)

    private let series: Int
    private let timelines: Int

    /// - Parameter head: one that has what the register knows.
    init(_ head: Head) {
        self.init(series: head.index.count + Self.largestHole, timelines: head.timelines.count + Self.largestHole)
    }

    private init(series: Int, timelines: Int) {
        self.series = series
        self.timelines = timelines
    }

    func hasSeries(_ reference: UInt32) -> Bool { reference < series }

    func hasTimeline(_ id: UInt32) -> Bool { id < timelines }
}
