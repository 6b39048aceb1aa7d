/// A series in the head: the index of its record. Valid while the series has samples in the head.
package struct SeriesReference: RawRepresentable, Hashable, Sendable, Comparable {
    package var rawValue: UInt32

    /// Of a series that could not be made. Never given out, and not to be appended to.
    package static let refused = SeriesReference(.max)

    @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }
    @inlinable package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    @inlinable package static func < (left: SeriesReference, right: SeriesReference) -> Bool {
        left.rawValue < right.rawValue
    }
}
