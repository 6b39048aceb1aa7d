import Platform
import Synchronization

/// Clocks that stand still until a test moves them.
package final class ManualTime: TimeSource {
    private let wall: Atomic<Int64>
    private let monotonic = Atomic<UInt64>(1_000_000_000)

    package init(wallMilliseconds: Int64 = 1_700_000_000_000) {
        wall = Atomic(wallMilliseconds)
    }

    package func wallMilliseconds() -> Int64 { wall.load(ordering: .relaxed) }
    package func monotonicNanoseconds() -> UInt64 { monotonic.load(ordering: .relaxed) }

    /// Moves both clocks.
    package func advance(milliseconds: Int64) {
        wall.wrappingAdd(milliseconds, ordering: .relaxed)
        monotonic.wrappingAdd(UInt64(milliseconds) * 1_000_000, ordering: .relaxed)
    }

    /// Sets the wall clock alone, as an administrator or NTP does; it may go back.
    package func setWall(milliseconds: Int64) { wall.store(milliseconds, ordering: .relaxed) }
}
