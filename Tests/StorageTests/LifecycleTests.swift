import Model
import Platform
import Storage
import TestSupport
import Testing

/// Opening, closing, and what may not be opened.
struct LifecycleTests {
    static let now: Int64 = 1_700_000_000_000

    private func write(_ text: String, to path: String, _ disk: SimulatedFileSystem) throws {
        var directory = ""
        for part in path.split(separator: "/").dropLast() {
            directory += directory.isEmpty ? String(part) : "/\(part)"
            try disk.createDirectory(directory)
        }
        let bytes = ByteBuffer()
        bytes.append(text)
        try disk.open(path, .create).append(bytes.bytes)
    }

    private func refusal(_ disk: SimulatedFileSystem) -> String? {
        do {
            _ = try TestDatabase.open(disk)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func secondOwnerIsRefusedByName() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let first = try TestDatabase.open(disk) { $0.owner = "apus 17 on host" }
        #expect(refusal(disk)?.contains("in use by apus 17 on host") == true)
        try first.close()
        #expect(refusal(disk) == nil)
    }

    @Test(arguments: [
        "wal/00000001", "wal/checkpoint.00000007/00000000", "chunks_head/000001",
        "01BKGV7JBM69T2G1BGBGM6KB12/meta.json",
    ])
    func dataOfPrometheusIsRefusedUntouched(_ path: String) throws {
        let disk = SimulatedFileSystem(seed: 1)
        try write("x", to: "data/\(path)", disk)
        let before = disk.operations
        #expect(refusal(disk)?.contains("apus tsdb import prometheus data") == true)
        #expect(disk.operations == before)
    }

    @Test func newerFormatIsRefusedUntouched() throws {
        let disk = SimulatedFileSystem(seed: 1)
        try write("apus data directory, format 2\n", to: "data/format", disk)
        let before = disk.operations
        #expect(refusal(disk)?.contains("format 2, newer than this program's 1") == true)
        #expect(disk.operations == before)
    }

    @Test(arguments: ["notes.txt", "src/main.c", ".git/config", "wal/notes", "catalog.sqlite"])
    func aDirectoryInOtherUseIsRefusedUntouched(_ path: String) throws {
        let disk = SimulatedFileSystem(seed: 1)
        try write("x", to: "data/\(path)", disk)
        let before = disk.operations
        let name = String(path.prefix { $0 != "/" })
        #expect(refusal(disk)?.contains("is not empty and no Apus data directory (it has \(name))") == true)
        #expect(disk.operations == before)
    }

    /// A start that was cut off, and the root of a volume.
    @Test func whatAFirstStartLeavesIsTaken() throws {
        let disk = SimulatedFileSystem(seed: 1)
        for name in ["lock", "format.new", "lost+found/x"] { try write("", to: "data/\(name)", disk) }
        #expect(refusal(disk) == nil)
    }

    @Test func everyCrashOfTheFirstStartCanBeStartedAgain() throws {
        var operation = 0
        var isOver = false
        while !isOver {
            operation += 1
            let disk = SimulatedFileSystem(seed: UInt64(operation))
            disk.crash(atOperation: operation)
            _ = try? TestDatabase.open(disk)
            isOver = !disk.hasCrashed
            #expect(refusal(disk.crash(seed: UInt64(operation))) == nil, "crash at change \(operation)")
        }
        #expect(operation > 8)
    }

    @Test func otherFilesAreLeftAlone() throws {
        let disk = SimulatedFileSystem(seed: 1)
        try TestDatabase.open(disk).close()
        try write("mine", to: "data/notes.txt", disk)
        try TestDatabase.open(disk).close()
        #expect(try disk.contents(of: "data/notes.txt") == Array("mine".utf8))
    }

    @Test func closedStoreTakesNothing() throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1))
        try database.close()
        #expect(throws: AppendError.self) { try database.append(AppendBatch(), now: Self.now) }
        #expect(throws: SelectError.self) { try database.snapshot() }
        #expect(!database.isReady)
    }

    @Test func cleanCloseLeavesNothingToReplay() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let origin = Origin(.scraped, key: 1)
        let database = try TestDatabase.open(disk)
        let references = try (0..<50).map { try database.reference(for: Labels(["__name__": "m", "n": "\($0)"])) }
        for step in 0..<40 {
            let part = AppendBatch.Part(
                origin: origin, time: Self.now + Int64(step) * 15_000, references: references,
                values: references.map { Double($0.rawValue) * Double(step) })
            _ = try database.append(AppendBatch(parts: [part]), now: Self.now + 3_600_000)
        }
        let live = database.liveSeries(of: origin)
        let stored = try database.samples()
        try database.close()

        let again = TestDatabase.make(disk)
        var progress = ReplayProgress()
        try again.open { progress = $0 }
        #expect(progress.samples == 0)
        #expect(try again.samples() == stored)
        #expect(again.liveSeries(of: origin) == live)
        #expect(live.count == 50)
    }

    @Test func fullDiskStopsAppendsAndNothingElse() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try TestDatabase.open(disk)
        let reference = try database.reference(for: Labels(["__name__": "m"]))
        func append(_ time: Int64) throws -> AppendOutcome {
            let part = AppendBatch.Part(
                origin: Origin(.remote, key: 1), time: Self.now + time, references: [reference], values: [1])
            return try database.append(AppendBatch(parts: [part]), now: Self.now)
        }
        #expect(try append(0).appended == 1)
        disk.setCapacity(0)
        #expect(throws: AppendError.self) { try append(1) }
        #expect(try database.samples().values.map(\.count) == [1])
        disk.setCapacity(nil)
        #expect(try append(1).appended == 1)
        #expect(try database.samples().values.map(\.count) == [2])
    }

    @Test func damageIsSkippedAndTheRestIsThere() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try TestDatabase.open(disk) { $0.rowsPerGroup = 4 }
        let reference = try database.reference(for: Labels(["__name__": "m"]))
        for step in 0..<40 {
            let part = AppendBatch.Part(
                origin: Origin(.remote, key: 1), time: Self.now + Int64(step), references: [reference],
                values: [Double(step)])
            _ = try database.append(AppendBatch(parts: [part]), now: Self.now)
        }
        try database.close()
        let window = Self.now - Self.now % 7_200_000
        disk.damage("data/head/\(window)/groups", at: 200)
        let found = try TestDatabase.open(disk.kill()).samples().values.first ?? [:]
        #expect(found.count < 40 && found.count >= 36)
    }

    /// The newest sample of a series is lost, one that came after it and is older is there.
    @Test(arguments: [false, true]) func orderIsKnownByLateSamplesToo(_ isSealed: Bool) throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try TestDatabase.open(disk)
        let series = try TestSeries(database, count: 1)
        let late = Self.now - 60_000
        var lost = (path: "data/wal/journal/00000001.wal", offset: 40)
        try series.append(0, times: [Self.now], values: [1])
        try series.append(0, times: [late], values: [2], now: Self.now)
        if isSealed {
            try database.close()
            let window = try #require(try disk.list("data/head").first)
            lost.path = "data/head/\(window)/groups"
            lost.offset = Int(try #require(try disk.status(lost.path)).size) - 5
        }
        let next = disk.kill()
        next.damage(lost.path, at: lost.offset)
        let again = try TestDatabase.open(next)
        #expect(try again.samples().values.map { Array($0.keys) } == [[late]])
        let elsewhere = try TestSeries(again, count: 1)
        #expect(try elsewhere.append(0, times: [late], values: [3], now: Self.now).duplicate == 1)
        #expect(try elsewhere.append(0, times: [late - 1], values: [.staleMarker], now: Self.now).lateMarkers == 1)
        #expect(try elsewhere.append(0, times: [late - 600_001], values: [3], now: Self.now).outOfOrder == 1)
        #expect(try elsewhere.append(0, times: [Self.now], values: [3], now: Self.now).appended == 1)
    }
}
