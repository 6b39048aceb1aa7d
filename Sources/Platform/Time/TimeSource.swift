/// Where time comes from. Passed in everywhere; nothing reads a clock on its own.
package protocol TimeSource: Sendable {
    /// Milliseconds since 1970-01-01 UTC.
    func wallMilliseconds() -> Int64
    /// Nanoseconds since an arbitrary start; never goes back.
    func monotonicNanoseconds() -> UInt64
}
