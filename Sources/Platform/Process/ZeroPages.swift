import Glibc

/// Memory straight from the system. It starts out as zeros, takes no room before it is written, and goes back whole.
package enum ZeroPages {
    /// The size of a page.
    package static let pageSize = 4096

    package static func allocate(bytes: Int) -> UnsafeMutableRawPointer {
        let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let memory, memory != MAP_FAILED else { preconditionFailure("the system has no memory left") }
        return memory
    }

    package static func deallocate(_ memory: UnsafeMutableRawPointer, bytes: Int) { munmap(memory, bytes) }
}
