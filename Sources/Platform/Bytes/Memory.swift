import Glibc

/// memcmp: less than, equal to or greater than zero.
package func compareMemory(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Int {
    Int(memcmp(left, right, count))
}

/// Large pieces of memory.
package enum Memory {
    /// Bytes from which on it pays to ask for large pages: two of them.
    package static let hugePages = 4 << 20
    private static let hugePage = 2 << 20

    /// Asks the system to back what lies wholly inside with pages of 2 MiB when it is first written to: one fault for
    /// each instead of 512, and one entry of the processor's tables. A system that has none goes on with small ones.
    package static func preferHugePages(_ start: UnsafeMutableRawPointer?, _ bytes: Int) {
        guard let start else { return }
        let first = start.alignedUp(toMultipleOf: hugePage)
        let end = (start + bytes).alignedDown(toMultipleOf: hugePage)
        if first < end { madvise(first, end - first, MADV_HUGEPAGE) }
    }
}
