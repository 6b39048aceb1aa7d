import CShims

/// How the C library keeps free memory.
package enum Heap {
    /// How often `trim` should be called, milliseconds.
    package static let trimInterval: Int64 = 5000

    /// One arena, as the C library gives free memory in the middle of it back but nothing at the end of others. It
    /// keeps what is freed up to `keeping` bytes: large arrays would else be mapped anew for each query, and every page
    /// of them cost a fault. Somebody has to `trim` from time to time. Call it before the first thread starts.
    package static func configure(keeping: Int) { cshims_configure_heap(1, Int32(keeping / 2), Int32(keeping)) }

    /// Gives free pages back to the system now.
    package static func trim() { cshims_trim_heap() }
}
