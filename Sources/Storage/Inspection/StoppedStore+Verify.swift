import Journal
import Platform

/// What was read to verify a data directory, and what was wrong.
package struct VerificationReport: Sendable {
    package internal(set) var findings: [StoreFinding] = []
    package internal(set) var blocks = 0
    package internal(set) var groups = 0
    /// Of both logs.
    package internal(set) var frames = 0
    /// In blocks and groups.
    package internal(set) var samples = 0
    package internal(set) var bytes = 0
}

extension StoppedStore {
    /// Reads every byte that the store would read: all checksums, all chunks, all names and entries of the logs.
    /// - Parameter progress: gets the part that is done, 0 to 1, and the samples read.
    package func verify(progress: (Double, Int) -> Void = { _, _ in }) throws(FileError) -> VerificationReport {
        var report = VerificationReport()
        let total = try totalBytes()
        for name in try blockNames() {
            let (block, findings) = openBlock(name)
            report.findings += findings
            report.blocks += 1
            report.bytes += try bytes(in: blockDirectory(name))
            if let block {
                let found = BlockVerification(block)
                report.findings += found.findings
                report.samples += found.samples
            }
            progress(Double(report.bytes) / Double(max(total, 1)), report.samples)
        }
        for name in try windowNames() {
            let path = GroupFormat.path(Recovery.headDirectory(self.path), name)
            guard let status = try files.status(path) else { continue }
            let mapping = try files.open(path, .read).map(length: Int(status.size))
            let found = withExtendedLifetime(mapping) { GroupFileVerification(mapping.bytes, path: path) }
            report.findings += found.findings
            report.groups += found.sound.count
            report.samples += found.samples
            report.bytes += Int(status.size)
            progress(Double(report.bytes) / Double(max(total, 1)), report.samples)
        }
        for verify in [verifyRegister, verifyJournal] {
            try verify(&report)
            progress(Double(report.bytes) / Double(max(total, 1)), report.samples)
        }
        return report
    }

    /// The block if it can be opened, and why not.
    func openBlock(_ name: BlockName) -> (block: BlockReader?, findings: [StoreFinding]) {
        let directory = blockDirectory(name)
        do {
            let block = try BlockReader(files, directory: directory)
            if block.meta.name == name { return (block, []) }
            return (nil, [StoreFinding(file: "\(directory)/meta", offset: 0, reason: "it is of \(block.meta.name)")])
        } catch {
            return (nil, [StoreFinding(error, file: directory)])
        }
    }

    private func verifyRegister(_ report: inout VerificationReport) throws(FileError) {
        let names = RegisterReplay(emptyHead())
        try verifyLog(WriteAheadLog.registerDirectory(path), &report) { frame in
            RegisterFormat.kinds.contains(frame.kind) ? names.replay(frame) : nil
        }
    }

    private func verifyJournal(_ report: inout VerificationReport) throws(FileError) {
        let replay = JournalReplay(emptyHead(), sealed: [], replaced: [], bounds: nil)
        try verifyLog(WriteAheadLog.journalDirectory(path), &report) { frame in
            guard frame.kind == JournalFormat.commitFrame else { return nil }
            let malformed = replay.malformedFrames
            replay.replay(frame.payload, at: frame.position)
            return replay.malformedFrames > malformed ? "malformed entry" : nil
        }
    }

    /// To read names into.
    private func emptyHead() -> Head {
        let settings = HeadSettings(rowsPerGroup: 1, columnsPerTimeline: 1, outOfOrderWindow: 0, retention: .max)
        return Head(settings: settings, index: SeriesIndex(seed: 0))
    }

    /// - Parameter read: why a frame cannot be read although it is whole.
    private func verifyLog(
        _ directory: String, _ report: inout VerificationReport, read: (LogFrame) -> String?
    ) throws(FileError) {
        do throws(LogError) {
            let reader = try SegmentReader(files: files, directory: directory)
            while let frame = try reader.next() {
                report.frames += 1
                guard let reason = read(frame) else { continue }
                let segment = LogSegment(number: frame.position.segment, size: 0)
                report.findings.append(
                    StoreFinding(
                        file: "\(directory)/\(segment.fileName)", offset: frame.position.offset,
                        reason: "a whole frame cannot be read: \(reason)"))
            }
            report.bytes += reader.totalBytes
            report.findings += reader.damages.map { damage in
                StoreFinding(
                    file: damage.path, offset: damage.position.offset,
                    reason: "\(damage.length) bytes are no whole frame: \(damage.reason.rawValue)"
                        + (damage.isTornTail ? " (at the end of the log: damaged, or torn by a crash)" : ""))
            }
        } catch {
            if case .file(let error) = error { throw error }
            report.findings.append(StoreFinding(error, file: directory))
        }
    }

    private func totalBytes() throws(FileError) -> Int {
        var total = 0
        for name in try blockNames() { total += try bytes(in: blockDirectory(name)) }
        for name in try windowNames() { total += try bytes(in: "\(Recovery.headDirectory(path))/\(name)") }
        for log in [WriteAheadLog.registerDirectory(path), WriteAheadLog.journalDirectory(path)] {
            total += try bytes(in: log)
        }
        return total
    }

    /// Of the files in a directory.
    func bytes(in directory: String) throws(FileError) -> Int {
        if try files.status(directory) == nil { return 0 }
        var total = 0
        for name in try files.list(directory) { total += Int(try files.status("\(directory)/\(name)")?.size ?? 0) }
        return total
    }
}
