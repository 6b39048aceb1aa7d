import CShims

/// How the C library keeps free memory.
package enum Heap {
    /// How often `trim` should be called, milliseconds.
    package static let trimInterval: Int64 = 5000

    /// Few arenas that keep what is freed for the next query: its large arrays would else be mapped anew each time, and
    /// every page of them cost a fault. Somebody has to `trim` from time to time. Call it before the first thread
    /// starts.
    package static func configure() { cshims_configure_heap(2, 32 << 20, 64 << 20) }

    /// Gives free pages back to the system now.
    package static func trim() { cshims_trim_heap() }
}
