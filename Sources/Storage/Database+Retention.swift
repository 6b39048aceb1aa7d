import Model
import Platform
import Synchronization
import Telemetry

/// What the retention rules amount to at the moment.
struct RetentionState {
    var floors: RetentionFloors?
    /// The highest floor when a block was last found not worth rewriting.
    var checked: [BlockName: Int64] = [:]
}

extension Database {
    /// How much the floors rise before a block is looked at again.
    private static let checkInterval: Int64 = 3_600_000

    /// Takes over the settings that may change while the store runs: the out-of-order window and what is retained.
    package func apply(_ new: DatabaseOptions) {
        settings.withLock { settings in
            settings.outOfOrderWindow = new.outOfOrderWindow
            settings.retention = new.retention
            settings.retentionBytes = new.retentionBytes
            settings.retentionPercentage = new.retentionPercentage
            settings.retentionRules = new.retentionRules
        }
        commitLock.withLock { _ in
            head.stateLock.withLock { _ in
                head.settings.outOfOrderWindow = new.outOfOrderWindow
                head.settings.retention = new.longestRetention
            }
        }
        retention.withLock { $0.checked = [:] }
        raiseFloors()
        head.changes.noteRemoval()
    }

    /// Lets the floors follow the newest sample.
    func raiseFloors() {
        let options = options
        let newest = options.retentionRules.isEmpty ? nil : figures.newestTime
        let floors = newest.flatMap {
            RetentionFloors(options.retentionRules, retention: options.retention, newest: $0)
        }
        retention.withLock { $0.floors = floors }
    }

    /// Removes blocks that are too old or too many. With the compaction lock held.
    func retain() throws(FileError) {
        let expired = RetentionPlan.expired(blocks.all.map(\.meta), retention: options.longestRetention)
        try remove(expired)
        metrics.timeRetentions.add(expired.count)
        let limit = byteLimit
        guard limit > 0 else { return }
        let figures = figures
        let excess = RetentionPlan.excess(
            blocks.all.map { ($0.meta, $0.size) },
            used: figures.journalBytes + figures.registerBytes + figures.groupBytes, limit: limit)
        try remove(excess)
        metrics.sizeRetentions.add(excess.count)
    }

    /// Bytes that all files may take; 0 for no limit.
    private var byteLimit: Int {
        let options = options
        if options.retentionPercentage <= 0 { return options.retentionBytes }
        do throws(FileError) {
            return max(1, try volumeLimit(options.retentionPercentage))
        } catch {
            logger.warn(
                "The file system's size is unknown: no retention by percentage", ["error": error.description])
            return options.retentionBytes
        }
    }

    private func volumeLimit(_ percentage: Double) throws(FileError) -> Int {
        Int(Double(try directory.files.totalSpace(directory.path)) * percentage / 100)
    }

    /// Refuses a percentage of nobody knows what.
    func checkVolume() throws(StorageError) {
        let percentage = options.retentionPercentage
        if percentage > 0, (try? volumeLimit(percentage)) ?? 0 <= 0 {
            throw StorageError(
                "unable to detect total capacity of metric storage at \(directory.path), please disable retention "
                    + "percentage (\(FloatText.general(percentage))%)")
        }
    }

    /// Writes blocks again of which much is no longer kept. With the compaction lock held.
    func trimBlocks(now: Int64) {
        guard let floors = retention.withLock({ $0.floors }) else { return }
        let present = Set(blocks.all.map(\.meta.name))
        retention.withLock { state in state.checked = state.checked.filter { present.contains($0.key) } }
        for block in blocks.all where !compactor.isStopping && !compactor.isHopeless(block) {
            let last = retention.withLock { $0.checked[block.meta.name] }
            if let last, floors.highest < last + Self.checkInterval { continue }
            do throws(BlockError) {
                if try block.isWorthRewriting(floors) {
                    compact([block], now: now)
                } else {
                    retention.withLock { $0.checked[block.meta.name] = floors.highest }
                }
            } catch {
                compactor.giveUp([block])
                logger.error("Cannot apply the retention rules to a block", ["error": error.description])
            }
        }
    }

    private func remove(_ names: [BlockName]) throws(FileError) {
        if names.isEmpty { return }
        let readers = blocks.all.filter { names.contains($0.meta.name) }
        blocks.replace(names, by: nil)
        head.changes.noteRemoval()
        for reader in readers { try BlockWriter.remove(directory.files, reader.directory) }
        try directory.files.syncDirectory(blocks.root)
    }
}
