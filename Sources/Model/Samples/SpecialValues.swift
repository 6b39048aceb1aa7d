/// Bit patterns with a meaning of their own. Compare `bitPattern`, never the value. Computed, since a stored constant
/// of another module costs a call for each use.
extension Double {
    /// Marks the end of a series: "no sample from here on". Prometheus's pattern.
    @inlinable package static var staleMarker: Double { Double(bitPattern: 0x7ff0_0000_0000_0002) }

    /// "No cell here" in matrices, slices and results. Never reaches a file and never enters from outside:
    /// input that bears it becomes `ordinaryNaN`.
    @inlinable package static var absent: Double { Double(bitPattern: 0x7ff0_0000_0000_00a5) }

    /// The one NaN that is a value.
    @inlinable package static var ordinaryNaN: Double { Double(bitPattern: 0x7ff8_0000_0000_0001) }

    @inlinable package var isStaleMarker: Bool { bitPattern == 0x7ff0_0000_0000_0002 }
    @inlinable package var isAbsent: Bool { bitPattern == 0x7ff0_0000_0000_00a5 }
}
