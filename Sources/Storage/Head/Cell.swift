import Model

/// Bit patterns in matrices.
enum Cell {
    static let absent = Double.absent.bitPattern
    static let stale = Double.staleMarker.bitPattern

    /// What is stored for a value from outside: the reserved pattern becomes the ordinary NaN.
    @inline(__always)
    static func bits(_ value: Double) -> UInt64 {
        let bits = value.bitPattern
        return bits == absent ? Double.ordinaryNaN.bitPattern : bits
    }
}
