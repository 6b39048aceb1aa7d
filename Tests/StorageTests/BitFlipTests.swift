import Journal
import Model
import Platform
import TestSupport
import Testing

@testable import Storage

/// A changed byte in any file is found by `verify`, named with file and offset, and costs no more than what it stands
/// in; no wrong sample is ever read.
struct BitFlipTests {
    struct Kind: CustomTestStringConvertible, Sendable {
        var directory: String
        var name: String
        /// Every how many-th byte is tried.
        var stride: Int
        var testDescription: String { name }
    }

    static let kinds = [
        Kind(directory: "blocks", name: "data", stride: 29), Kind(directory: "blocks", name: "index", stride: 23),
        Kind(directory: "blocks", name: "meta", stride: 5), Kind(directory: "blocks", name: "deletions", stride: 3),
        Kind(directory: "head", name: "groups", stride: 31), Kind(directory: "wal/register", name: ".wal", stride: 7),
        Kind(directory: "wal/journal", name: ".wal", stride: 61),
    ]

    @Test func aSoundStoreHasNoFindings() throws {
        let store = try DamagedStore()
        #expect(try store.findings() == [])
        #expect(try store.repair().quarantined == [])
        let report = try StoppedStore("data", files: store.disk, owner: "test").verify()
        #expect(report.blocks > 1 && report.groups > 0 && report.frames > 0 && report.bytes > 0)
        try SampleMismatch.check(DamagedStore.open(store.disk).samples(), equals: store.samples, "untouched")
    }

    @Test(arguments: kinds) func everyByteIsCovered(_ kind: Kind) throws {
        let store = try DamagedStore()
        let paths = try store.paths(kind.directory, kind.name)
        let path = try #require(paths.last)
        var random = SeededRandom(seed: 7)
        for offset in stride(from: 0, to: try store.size(path), by: kind.stride) {
            let copy = store.copy()
            copy.disk.damage(path, at: offset) { $0 ^ 1 << UInt8.random(in: 0..<8, using: &random) }
            let findings = try copy.findings()
            #expect(findings.contains { $0.file == path && $0.offset <= offset }, "byte \(offset): \(findings)")
            #expect(findings.allSatisfy { $0.file == path || $0.file == copy.directory(of: path) }, "\(findings)")
            try copy.checkWhatIsLeft("byte \(offset) of \(path)")
        }
    }

    @Test(arguments: kinds) func repairMakesItSound(_ kind: Kind) throws {
        let store = try DamagedStore()
        let path = try #require(try store.paths(kind.directory, kind.name).last)
        let size = try store.size(path)
        for offset in [size / 3, size / 2, size - 2] {
            let copy = store.copy()
            copy.disk.damage(path, at: offset)
            let report = try copy.repair()
            #expect(!report.findings.isEmpty)
            #expect(!report.quarantined.isEmpty, "\(report)")
            // What was damaged is there, with its damage.
            let kept = try copy.paths(report.quarantine, kind.name)
            #expect(try kept.contains { try copy.size($0) == size }, "\(kept)")
            #expect(try copy.findings() == [], "offset \(offset)")
            try copy.checkWhatIsLeft("repaired \(path)")
        }
    }

    /// A frame with a right checksum may still say nothing.
    @Test(arguments: [WriteAheadLog.registerName, WriteAheadLog.journalName]) func entriesAreReadToo(
        _ name: String
    ) throws {
        let store = try DamagedStore()
        let directory = "data/\(name)"
        let log = try SegmentedLog(
            continuing: SegmentReader(files: store.disk, directory: directory), segmentSize: 1 << 20, seed: 9)
        let nonsense = ByteBuffer()
        nonsense.append([UInt8](repeating: 0xFF, count: 30))
        let kind = name == WriteAheadLog.journalName ? JournalFormat.commitFrame : RegisterFormat.kinds.lowerBound
        let place = try log.append(kind: kind, nonsense.bytes)
        let findings = try store.findings()
        #expect(findings.map(\.offset) == [place.offset])
        #expect(findings.allSatisfy { $0.file.hasPrefix(directory) && $0.reason.contains("malformed") }, "\(findings)")
        #expect(try store.repair().quarantined == [String(try #require(findings.first).file.dropFirst("data/".count))])
        #expect(try store.findings() == [])
        try SampleMismatch.check(DamagedStore.open(store.disk).samples(), equals: store.samples, name)
    }

    /// A column, not its block.
    @Test func repairKeepsWhatCanBeRead() throws {
        let store = try DamagedStore()
        let path = try #require(try store.paths("blocks", "data").first)
        store.disk.damage(path, at: try store.size(path) - 2)
        let report = try store.repair()
        #expect(report.rewrittenBlocks == 1)
        let left = try DamagedStore.open(store.disk).samples()
        let lost = store.samples.filter { left[$0.key] != $0.value }
        #expect(lost.count == 1)
    }

    /// A deletion that cannot be read must not bring back what it deleted, from neither the block nor the journal.
    @Test(arguments: ["deletions", "data", "meta"]) func whatWasDeletedStaysDeleted(_ name: String) throws {
        let store = try DamagedStore()
        let list = try #require(try store.paths("blocks", "deletions").last)
        let path = String(list.dropLast("deletions".count)) + name
        store.disk.damage(path, at: 3)
        let database = try DamagedStore.open(store.disk)
        let left = try database.samples()
        #expect(left.count > 0 && left != store.samples)
        try store.check(left, "with a journal")
        try database.close()
        try store.check(DamagedStore.open(store.disk).samples(), "without one")
    }

    @Test func withoutAWayToKnowWhatWasDeletedItDoesNotStart() throws {
        let store = try DamagedStore()
        let list = try #require(try store.paths("blocks", "deletions").last)
        store.disk.damage(list, at: 3)
        store.disk.damage(String(list.dropLast("deletions".count)) + "meta", at: 3)
        #expect {
            try DamagedStore.open(store.disk)
        } throws: {
            "\($0)".contains("\(list): offset 0: ") && "\($0)".contains("could come back from the journal")
        }
    }
}

extension DamagedStore {
    func directory(of path: String) -> String { disk.parent(of: path) }

    /// Nothing is read that was not there, whatever cannot be read.
    func checkWhatIsLeft(_ context: String) throws {
        let database: Database
        do { database = try Self.open(disk.kill()) } catch let error as StorageError {
            if error.description.contains("newer") { return }
            throw error
        }
        if let found = try? database.samples() { return try check(found, context) }
        for (labels, _) in samples {
            let matchers = labels.array.map { LabelMatcher.equal($0.name, $0.value) }
            do { try check(try database.samples(matchers), context) } catch is SelectError { continue }
        }
    }

    func check(_ found: StoredSamples, _ context: String) throws {
        for (labels, times) in found {
            for (time, bits) in times where samples[labels]?[time] != bits {
                throw SampleMismatch("\(context): \(labels) at \(time) was never there")
            }
        }
    }
}
