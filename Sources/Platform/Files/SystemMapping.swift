import Glibc

/// A read-only shared mapping; unmapped with the last reference. It outlives the descriptor.
final class SystemMapping: MappedBytes, @unchecked Sendable {
    // Sendable: the address never changes and the memory is only read.
    let bytes: UnsafeRawBufferPointer

    init(descriptor: Int32, length: Int, path: String) throws(FileError) {
        // The system refuses empty mappings.
        let start = length == 0 ? nil : try SystemCall.map(descriptor, length: length, path)
        bytes = UnsafeRawBufferPointer(start: start, count: length)
    }

    deinit {
        guard let start = bytes.baseAddress else { return }
        munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
}
