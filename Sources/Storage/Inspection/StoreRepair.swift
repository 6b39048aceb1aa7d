import Journal
import Platform
import Telemetry

/// What a repair did.
package struct RepairReport: Sendable {
    /// What was wrong.
    package internal(set) var findings: [StoreFinding] = []
    /// The directory that has the damaged files now, and what is there; names relative to the data directory.
    package internal(set) var quarantine = ""
    package internal(set) var quarantined: [String] = []
    /// Blocks that were written again from what is readable of them.
    package internal(set) var rewrittenBlocks = 0
    package internal(set) var rewrittenGroupFiles = 0
}

/// Puts a data directory right that is damaged: what is readable stays, what is damaged goes to `quarantine/`, nothing
/// is deleted. Not thread safe.
package struct StoreRepair {
    private let path: String
    private let files: any FileSystem
    private let clock: any TimeSource
    private let logger: Logger
    private let owner: String

    package init(_ path: String, files: any FileSystem, clock: any TimeSource, logger: Logger, owner: String) {
        self.path = path
        self.files = files
        self.clock = clock
        self.logger = logger
        self.owner = owner
    }

    package func run(progress: (Double, Int) -> Void = { _, _ in }) throws -> RepairReport {
        var report = RepairReport()
        var quarantine = try preserve(&report, progress)
        if report.findings.isEmpty { return report }
        // Blocks that cannot be read stay in their places while the journal is emptied: what is deleted of them must
        // not come back from there, and what is not deleted comes back only from there.
        let register = WriteAheadLog.registerDirectory(path)
        let losesNames = report.findings.contains { $0.file.hasPrefix(register) }
        try emptyJournal(logger, rewritesRegister: losesNames)
        try repairBlocks(&report, &quarantine)
        report.quarantine = quarantine.name
        report.quarantined = quarantine.entries
        return report
    }

    /// Copies what the next opening would cut off or remove.
    private func preserve(_ report: inout RepairReport, _ progress: (Double, Int) -> Void) throws -> Quarantine {
        let store = try StoppedStore(path, files: files, owner: owner)
        var quarantine = Quarantine(store.directory, now: clock.wallMilliseconds())
        report.findings = try store.verify(progress: progress).findings
        let damaged = Set(report.findings.map(\.file))
        for file in damaged.sorted() where !file.hasPrefix(BlockSet.root(path) + "/") {
            // A log as a whole is named when it cannot be read at all.
            guard let status = try files.status(file), !status.isDirectory else { continue }
            try quarantine.copy(String(file.dropFirst(path.count + 1)))
        }
        return quarantine
    }

    /// Everything in the journal becomes groups, without which it is not needed any more. The register may be written
    /// anew, with the names that are readable.
    private func emptyJournal(_ logger: Logger, rewritesRegister: Bool) throws {
        var options = DatabaseOptions()
        options.retention = .max
        options.owner = owner
        let database = Database(
            directory: path, fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
            logger: logger)
        do throws(StorageError) {
            try database.open()
            do { if rewritesRegister { try database.rewriteRegister() } } catch { throw StorageError("\(error)") }
            try database.close()
        } catch {
            logger.warn("The journal could not be replayed before the repair", ["reason": error.description])
        }
    }

    private func repairBlocks(_ report: inout RepairReport, _ quarantine: inout Quarantine) throws {
        let store = try StoppedStore(path, files: files, owner: owner)
        for name in try store.blockNames() {
            let (block, _) = store.openBlock(name)
            if let block {
                let found = BlockVerification(block)
                if found.findings.isEmpty { continue }
                if found.indexIsSound, try rewrite(block, without: found.unreadable) { report.rewrittenBlocks += 1 }
            }
            try quarantine.move("\(BlockSet.name)/\(name)")
        }
        for name in try store.windowNames() where try rewriteGroups(name) { report.rewrittenGroupFiles += 1 }
    }

    /// Writes a block with what is readable of another one; false when that is nothing.
    private func rewrite(_ block: BlockReader, without unreadable: Set<BlockVerification.Place>) throws -> Bool {
        let input = try CompactionInput([block], without: unreadable)
        var assembler = BlockAssembler(input.labels, try input.timelines())
        let random = Database.seed(clock)
        let name = BlockName(
            milliseconds: clock.wallMilliseconds(),
            random: (random, StableHash.hash(block.meta.name.description, seed: random)))
        var writer = try BlockWriter(files, root: BlockSet.root(path), name: name)
        do {
            try assembler.write(to: &writer)
            if writer.data.samples == 0 {
                writer.abandon()
                return false
            }
            // It does not name the damaged one as a parent: a start that came between would remove that.
            _ = try writer.finish(
                BlockMeta(
                    name: name, start: block.meta.start, end: block.meta.end, firstTime: 0, lastTime: 0,
                    level: block.meta.level, sources: block.meta.sources, replaced: block.meta.replaced))
            return true
        } catch {
            writer.abandon()
            throw error
        }
    }

    /// Writes a file of groups with those that are sound; false when all of it is.
    private func rewriteGroups(_ name: String) throws -> Bool {
        let file = GroupFormat.path(Recovery.headDirectory(path), name)
        guard let status = try files.status(file) else { return false }
        let mapping = try files.open(file, .read).map(length: Int(status.size))
        return try withExtendedLifetime(mapping) {
            let found = GroupFileVerification(mapping.bytes, path: file)
            if found.findings.isEmpty { return false }
            let content = ByteBuffer(capacity: mapping.bytes.count)
            GroupFormat.appendFileHeader(to: content)
            for offset in found.sound {
                guard let group = GroupReader(mapping.bytes, at: offset) else { continue }
                content.append([UInt8](repeating: 0, count: GroupFormat.aligned(content.count) - content.count))
                content.append(UnsafeRawBufferPointer(rebasing: mapping.bytes[offset..<offset + group.length]))
            }
            try files.replace(file, with: content.bytes)
            return true
        }
    }
}
