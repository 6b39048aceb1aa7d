import Platform
import Synchronization

/// Strings with numbers: each distinct run of bytes is kept once. Numbers go up from 0 in order of arrival,
/// so those that are new since a moment are `count then..<count now`.
///
/// Threads: `intern` by one writer at a time, the rest by any thread without a lock.
final class SymbolTable: @unchecked Sendable {
    private let ids = Mutex<[[UInt8]: UInt32]>([:])
    private let starts = StableArray<UInt32>()
    private let lengths = StableArray<UInt32>()
    private let arena = StableArray<UInt8>()

    init(seed: UInt64) {}

    var count: Int { lengths.count }

    /// The symbol's bytes; they stay at this address.
    func bytes(_ id: UInt32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: arena[Int(starts[Int(id)].pointee)], count: Int(lengths[Int(id)].pointee))
    }

    func find(_ bytes: UnsafeRawBufferPointer) -> UInt32? { ids.withLock { $0[Array(bytes)] } }

    /// Writer: the number of these bytes, a new one if they have none.
    func intern(_ bytes: UnsafeRawBufferPointer) throws(SeriesIndexError) -> UInt32 {
        if let id = find(bytes) { return id }
        let id = UInt32(count)
        starts.append(UInt32(arena.append(contentsOf: bytes.bindMemory(to: UInt8.self))))
        lengths.append(UInt32(bytes.count))
        ids.withLock { $0[Array(bytes)] = id }
        return id
    }
}
