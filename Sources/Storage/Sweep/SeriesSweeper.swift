/// Says when it is time to look for series that have had no sample for long, and which ones may leave. One thread at a
/// time.
final class SeriesSweeper: @unchecked Sendable {
    // Sendable: used with the database's seal lock held.
    /// So many of all series must be able to leave for the register to be written anew.
    private static let worthwhileShare = 8

    private let idle: Int64
    private var nextLook: Int64?
    /// References below this one were there at the look before: later ones may still wait for their first sample.
    private var known: UInt32 = 0

    /// - Parameter idle: milliseconds without a sample after which a series may leave.
    init(idle: Int64) { self.idle = idle }

    /// Before this time lies the newest sample of what may leave; nil when it is not time to look.
    func floor(now: Int64) -> Int64? {
        let (floor, underflow) = now.subtractingReportingOverflow(idle)
        if underflow { return nil }
        guard let nextLook else {
            self.nextLook = now + idle / 4
            return nil
        }
        return now >= nextLook ? floor : nil
    }

    /// Looks again soon.
    func postpone(now: Int64) { nextLook = now + idle / 64 }

    /// Notes a look that came to its end.
    func finish(now: Int64, references: Int) {
        nextLook = now + idle / 4
        known = UInt32(references)
    }

    /// The series that may leave; nil when it is not worth the work. With the commit lock and the state lock held.
    /// - Parameter named: series with samples in the head.
    func leaving(_ head: Head, named: Bitmap, bound: Int, floor: Int64) -> Bitmap? {
        let leaving = Bitmap(bound: bound)
        var count = 0
        for reference in 0..<min(known, UInt32(bound)) where !named.contains(reference) {
            guard head.index.hasSeries(reference), head.record(reference).pointee.newest < floor else { continue }
            leaving.insert(reference)
            count += 1
        }
        return count > 0 && count * Self.worthwhileShare >= head.index.seriesCount ? leaving : nil
    }
}
