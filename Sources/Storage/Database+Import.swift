import Synchronization

extension Database {
    /// Makes blocks of all windows that ended long enough ago, also when something has just come for them, and merges
    /// what is to be merged. For imports, which know when nothing more comes.
    package func settle(now: Int64) throws(StorageError) {
        if !isReady { throw StorageError("the store is not ready") }
        do {
            try sealLock.withLock { _ in try flush(now: now, quiet: 0) }
        } catch {
            throw StorageError("cannot make blocks of what was imported: \(error)")
        }
        compact(now: now)
    }
}
