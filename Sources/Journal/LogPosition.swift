/// A place in a segmented log.
package struct LogPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Number of the segment, from 1; never used again.
    package var segment: Int
    /// Bytes from the segment's start.
    package var offset: Int

    package init(segment: Int, offset: Int) {
        self.segment = segment
        self.offset = offset
    }

    package static func < (left: LogPosition, right: LogPosition) -> Bool {
        (left.segment, left.offset) < (right.segment, right.offset)
    }

    package var description: String { "\(segment):\(offset)" }
}
