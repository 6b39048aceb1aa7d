import Platform

/// What must reach the disk for everything up to a position to be durable. Taken from the log under the caller's lock,
/// performed on any thread without it (fsync takes milliseconds to seconds), then handed back to `SegmentedLog.finish`.
package struct PendingSync: Sendable {
    /// Everything before it is durable after `perform`.
    package let position: LogPosition
    let files: [any File]
    let fileSystem: any FileSystem
    let directory: String
    /// Number of changes of the directory that it covers; nil when there is none to sync.
    let directoryChanges: Int?
    /// The oldest segment that the directory has with these changes.
    let oldest: Int

    /// Syncs; call once. The outcome belongs to `SegmentedLog.finish`.
    package func perform() -> FileError? {
        do throws(FileError) {
            for file in files { try file.sync() }
            if directoryChanges != nil { try fileSystem.syncDirectory(directory) }
            return nil
        } catch {
            return error
        }
    }
}
