import Synchronization

/// Slabs of cells that were freed, for the next group of the same width: what goes back to the system comes
/// back page by page, which costs as much as writing the cells. Keeps an eighth of what is in use. Thread
/// safe.
final class SlabPool: Sendable {
    private struct State {
        /// Addresses by size in words.
        var free: [Int: [UInt]] = [:]
        var freeWords = 0
        var usedWords = 0
    }

    private let state = Mutex(State())

    deinit {
        state.withLock { state in
            for addresses in state.free.values {
                for address in addresses { UnsafeMutablePointer<UInt64>(bitPattern: address)?.deallocate() }
            }
        }
    }

    /// A slab with any content, to be initialised.
    func take(words: Int) -> UnsafeMutablePointer<UInt64> {
        let address = state.withLock { state in
            state.usedWords += words
            let found = state.free[words]?.popLast()
            if found != nil { state.freeWords -= words }
            return found
        }
        if let address, let slab = UnsafeMutablePointer<UInt64>(bitPattern: address) { return slab }
        return .allocate(capacity: words)
    }

    func put(_ slab: UnsafeMutablePointer<UInt64>, words: Int) {
        let isKept = state.withLock { state in
            state.usedWords -= words
            if (state.freeWords + words) * 8 > state.usedWords { return false }
            state.freeWords += words
            state.free[words, default: []].append(UInt(bitPattern: slab))
            return true
        }
        if !isKept { slab.deallocate() }
    }
}
