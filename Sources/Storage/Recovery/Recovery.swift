import Chunks
import Journal
import Platform
import Telemetry

/// Brings the head back from the files of a directory. Runs once, on one thread, before the store is ready.
final class Recovery {
    private let files: any FileSystem
    private let directory: String
    private let head: Head
    private let logger: Logger
    private let replaced: [BlockMeta.Replaced]
    private var sealed: Set<JournalReplay.GroupName> = []
    /// The group whose columns were all looked at last.
    private var latest: GroupReader?

    /// - Parameter replaced: what blocks stand for.
    init(
        _ files: any FileSystem, _ directory: String, _ head: Head, _ logger: Logger, replaced: [BlockMeta.Replaced]
    ) {
        self.replaced = replaced
        self.files = files
        self.directory = directory
        self.head = head
        self.logger = logger
    }

    static func headDirectory(_ directory: String) -> String { "\(directory)/head" }

    /// The two logs, ready to go on.
    func run(seed: UInt64, progress: (ReplayProgress) -> Void) throws(StorageError) -> RecoveredLogs {
        do {
            try removeReplacedGroups()
            let groupFiles = try mapGroupFiles()
            // Checksums of the groups and the names need nothing of each other.
            let scans = GroupScans(groupFiles.map(\.mapping))
            let names = RegisterReplay(head)
            let register = try replayRegister(names, seed: seed)
            head.index.finishRestoring()
            let known = (series: head.index.count, timelines: head.timelines.count)
            let bounds = NameBounds(head)
            for (file, scan) in zip(groupFiles, scans.wait()) { try open(file, scan, bounds) }
            let journal = try replayJournal(bounds, seed: seed, progress: progress)
            if head.index.count > known.series || head.timelines.count > known.timelines {
                logger.error(
                    "The register does not have all names; samples of these series are kept but cannot be found",
                    ["series": "\(head.index.count - known.series)"])
            }
            head.forgetUnseenTimelines()
            head.rebuildRecords(sealedColumns: forEachColumn)
            return RecoveredLogs(
                register: register, registerKind: names.kind, registerStart: names.start, journal: journal)
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError("\(error)")
        }
    }

    private func replayRegister(_ replay: RegisterReplay, seed: UInt64) throws -> SegmentedLog {
        let reader = try SegmentReader(files: files, directory: WriteAheadLog.registerDirectory(directory))
        while let frame = try reader.next() {
            guard RegisterFormat.kinds.contains(frame.kind), let reason = replay.replay(frame) else { continue }
            logger.error(
                "A register frame cannot be read",
                ["directory": reader.directory, "position": "\(frame.position)", "reason": reason])
        }
        report(reader.damages)
        if replay.lostNames > 0 {
            logger.error(
                "Names are missing in the register", ["names": "\(replay.lostNames)"])
        }
        return try SegmentedLog(
            continuing: reader, segmentSize: WriteAheadLog.registerSegmentSize, seed: seed)
    }

    private func replayJournal(
        _ bounds: NameBounds, seed: UInt64, progress: (ReplayProgress) -> Void
    ) throws -> SegmentedLog {
        let reader = try SegmentReader(files: files, directory: WriteAheadLog.journalDirectory(directory))
        let replay = JournalReplay(head, sealed: sealed, replaced: replaced, bounds: bounds)
        var state = ReplayProgress()
        state.segments = reader.segments.count
        progress(state)
        var segment = reader.segments.first?.number ?? 0
        while let frame = try reader.next() {
            if frame.kind == JournalFormat.commitFrame {
                replay.replay(frame.payload, at: frame.position)
            }
            if frame.position.segment == segment { continue }
            segment = frame.position.segment
            state.segmentsDone = reader.segments.firstIndex { $0.number == segment } ?? 0
            state.samples = replay.samples
            progress(state)
        }
        state.segmentsDone = state.segments
        state.samples = replay.samples
        progress(state)
        report(reader.damages)
        if replay.skippedEntries > 0 || replay.malformedFrames > 0 {
            logger.error(
                "Rows of the journal were skipped because rows before them are missing",
                [
                    "directory": reader.directory, "rows": "\(replay.skippedEntries)",
                    "malformed_frames": "\(replay.malformedFrames)",
                ])
        }
        return try SegmentedLog(continuing: reader, segmentSize: WriteAheadLog.journalSegmentSize, seed: seed)
    }

    private func report(_ damages: [LogDamage]) {
        for damage in damages {
            if damage.isTornTail {
                logger.info("Cut the torn tail of a log", ["damage": damage.description])
            } else {
                logger.error("Skipped damage in a log", ["damage": damage.description])
            }
        }
    }

    /// A crash may have come between the making of a block and the removal of its groups.
    private func removeReplacedGroups() throws {
        let root = Self.headDirectory(directory)
        for claim in replaced {
            guard let generation = WindowFile.parse(claim.directory)?.generation else { continue }
            head.windowGenerations[claim.window] = max(
                head.windowGenerations[claim.window] ?? 0, generation + 1)
            let path = GroupFormat.path(root, claim.directory)
            // A block that was made but not noticed, because of a failing disk, does not have what came later.
            if try files.status(path)?.size ?? 0 > Int64(claim.size) { continue }
            try Flusher.remove(files, headDirectory: root, claim.directory)
        }
    }

    /// A file of row groups that is there.
    private struct GroupFile {
        var window: Int64
        var name: String
        var path: String
        var mapping: any MappedBytes
    }

    private func mapGroupFiles() throws -> [GroupFile] {
        let root = Self.headDirectory(directory)
        var found: [GroupFile] = []
        for name in try files.list(root) {
            guard let (window, generation) = WindowFile.parse(name),
                try files.status("\(root)/\(name)")?.isDirectory == true
            else { continue }
            head.windowGenerations[window] = max(head.windowGenerations[window] ?? 0, generation)
            let path = GroupFormat.path(root, name)
            guard let status = try files.status(path) else { continue }
            let mapping = try files.open(path, .read).map(length: Int(status.size))
            if case .newer(let version) = GroupFormat.fileHeader(mapping.bytes) {
                throw StorageError(
                    "\(path) has format version \(version), newer than this program's \(GroupFormat.version); "
                        + "use a newer program")
            }
            found.append(GroupFile(window: window, name: name, path: path, mapping: mapping))
        }
        return found
    }

    private func open(_ file: GroupFile, _ scan: GroupFileScan, _ bounds: NameBounds) throws {
        let root = Self.headDirectory(directory)
        let bytes = file.mapping.bytes
        if GroupFormat.fileHeader(bytes) == .damaged && bytes.count <= GroupFormat.fileHeaderLength {
            head.windows[file.window] = try WindowFile.create(files, root, window: file.window, name: file.name)
            return
        }
        for damage in scan.damages {
            logger.error(
                "Skipped damage in a file of row groups",
                ["file": file.path, "offset": "\(damage.offset)", "bytes": "\(damage.length)"])
        }
        if scan.end < bytes.count {
            logger.info(
                "Cut the torn tail of a file of row groups",
                ["file": file.path, "offset": "\(scan.end)", "bytes": "\(bytes.count - scan.end)"])
        }
        head.windows[file.window] = try WindowFile.reopen(
            files, root, window: file.window, name: file.name, size: min(scan.end, bytes.count))
        for offset in scan.offsets {
            guard let group = GroupReader(bytes, at: offset) else { continue }
            let last = group.columns > 0 ? group.reference(group.columns - 1) : 0
            if !bounds.hasSeries(last) || !group.isLate && !bounds.hasTimeline(group.timeline) {
                logger.error("A row group has names that nobody gave", ["file": file.path, "offset": "\(offset)"])
                continue
            }
            add(group, SealedGroup(group, window: file.window, offset: offset))
        }
    }

    private func add(_ group: GroupReader, _ place: SealedGroup) {
        if group.columns > 0 { head.reserveSeries(below: Int(group.reference(group.columns - 1)) + 1) }
        if group.isLate {
            head.sealedLate[group.reference(0), default: []].append(place)
            return
        }
        let timeline = head.reservedTimeline(group.timeline)
        let name = JournalReplay.GroupName(timeline: group.timeline, number: group.number)
        if sealed.insert(name).inserted { timeline.addSealed(place) }
    }

    private func forEachColumn(
        _ place: SealedGroup, _ body: (UInt32, () -> (time: Int64, bits: UInt64)?) -> Void
    ) {
        guard let file = head.windows[place.window],
            let group = GroupReader(file.mapping.bytes, at: place.offset)
        else { return }
        // Asked from the newest group of a timeline on; most often those before it have the same series.
        if let latest, latest.timeline == group.timeline, latest.firstTime > group.lastTime,
            latest.referenceBytes.elementsAreEqual(group.referenceBytes)
        {
            return
        }
        latest = nil
        var times = [Int64](repeating: 0, count: group.rows)
        var cells = [Double](repeating: 0, count: group.rows)
        do { try times.withContiguousMutable { (p) throws(ChunkError) in try group.readTimes(into: p) } } catch {
            return
        }
        var isWhole = true
        for column in 0..<group.columns {
            body(group.reference(column)) {
                guard let last = try? group.lastRow(ofColumn: column),
                    (try? cells.withContiguousMutable { (p) throws(ChunkError) in
                        try group.readColumn(column, into: p)
                    }) != nil
                else {
                    isWhole = false
                    return nil
                }
                return (times[last], cells[last].bitPattern)
            }
        }
        if isWhole { latest = group }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func elementsAreEqual(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count, let left = baseAddress, let right = other.baseAddress else { return false }
        return compareMemory(left, right, count) == 0
    }
}

/// The logs as a recovery leaves them.
struct RecoveredLogs {
    var register: SegmentedLog
    /// Of the register's frames.
    var registerKind: UInt8
    /// The segment with which the register begins.
    var registerStart: Int
    var journal: SegmentedLog
}

extension SealedGroup {
    init(_ group: GroupReader, window: Int64, offset: Int) {
        self.init(
            number: group.number, rows: UInt32(group.rows), window: window, offset: offset,
            firstTime: group.firstTime, lastTime: group.lastTime)
    }
}
