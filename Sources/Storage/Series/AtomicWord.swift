import Synchronization

/// Atomic access to 32-bit numbers that lie in memory of our own, beside plain ones: a slot, or a field
/// that never moves (`AtomicWord.load(pair.count)`).
enum AtomicWord {
    /// What was written before the store of the value read is visible afterwards.
    @inline(__always) static func load(_ word: UnsafeMutablePointer<UInt32>) -> UInt32 {
        atomic(word).pointee.load(ordering: .acquiring)
    }

    /// Makes everything written before visible to whoever loads the new value.
    @inline(__always) static func store(_ word: UnsafeMutablePointer<UInt32>, _ value: UInt32) {
        atomic(word).pointee.store(value, ordering: .releasing)
    }

    @inline(__always) private static func atomic(
        _ word: UnsafeMutablePointer<UInt32>
    ) -> UnsafeMutablePointer<Atomic<UInt32>> {
        UnsafeMutableRawPointer(word).assumingMemoryBound(to: Atomic<UInt32>.self)
    }
}

extension UnsafeMutablePointer {
    /// The address of a field that is accessed atomically; `&pointee.field` would claim the field for the
    /// time of the access.
    @inline(__always) func address(of field: KeyPath<Pointee, UInt32>) -> UnsafeMutablePointer<UInt32> {
        let offset = MemoryLayout<Pointee>.offset(of: field).unsafelyUnwrapped
        return (UnsafeMutableRawPointer(self) + offset).assumingMemoryBound(to: UInt32.self)
    }
}
