import CShims

/// How the C library keeps free memory.
package enum Heap {
    /// Few arenas and early trimming: what is freed goes back to the system instead of staying with a thread. Call it
    /// before the first thread starts.
    package static func configure() { cshims_configure_heap(2, 256 * 1024) }

    /// Gives free pages back to the system now.
    package static func trim() { cshims_trim_heap() }
}
