import Journal
import Platform
import TestSupport
import Testing

@Suite struct LogSyncTests {
    let files = SimulatedFileSystem(seed: 1)

    @Test func syncCoversAllSegmentsAndTheirNames() throws {
        for seed in UInt64(0)..<50 {
            let files = SimulatedFileSystem(seed: seed)
            try files.createDirectory("/log")
            try files.syncDirectory("/")
            let log = try LogFixture.open(files, segmentSize: 60)
            for number in UInt8(0)..<10 { try LogFixture.append(log, TestFrame(number, "payload")) }
            try log.sync()
            #expect(log.syncedPosition == log.position)
            let (frames, damages) = try LogFixture.read(files.crash(seed: seed))
            #expect(frames.map(\.kind) == Array(0..<10), "seed \(seed)")
            #expect(damages == [])
        }
    }

    @Test func nothingToSyncIsNoCall() throws {
        let log = try LogFixture.open(files)
        try log.sync()
        let before = files.operations
        try log.sync()
        #expect(try log.pendingSync() == nil)
        #expect(files.operations == before)
    }

    @Test func aSegmentLeftDuringASyncIsSyncedAgain() throws {
        for seed in UInt64(0)..<20 {
            let files = SimulatedFileSystem(seed: seed)
            try files.createDirectory("/log")
            try files.syncDirectory("/")
            let log = try LogFixture.open(files)
            try LogFixture.append(log, TestFrame(1, "covered"))
            let pending = try #require(try log.pendingSync())
            let error = pending.perform()
            try LogFixture.append(log, TestFrame(2, "after the fsync"))
            try log.roll()
            try log.finish(pending, error)
            #expect(log.syncedPosition == pending.position)
            #expect(log.syncedPosition < log.position)
            try log.sync()
            #expect(log.syncedPosition == log.position)
            #expect(try LogFixture.read(files.crash(seed: seed)).frames.map(\.kind) == [1, 2], "seed \(seed)")
        }
    }

    @Test func failedSyncBreaksTheLogForGood() throws {
        let log = try LogFixture.open(files)
        try LogFixture.append(log, TestFrame(1, "maybe lost"))
        files.fail(.sync, with: .device)
        #expect(throws: LogError.self) { try log.sync() }
        #expect(log.counters.failedSyncs == 1)
        let failure = try #require(log.failure)
        #expect(failure.reason == .device)
        // The device works again, but what it lost is lost.
        #expect(throws: LogError.broken(failure)) { try log.sync() }
        #expect(throws: LogError.broken(failure)) { try LogFixture.append(log, TestFrame(2, "x")) }
        #expect(throws: LogError.broken(failure)) { try log.roll() }
        #expect(LogError.broken(failure).description.contains("restart"))
        let again = try LogFixture.open(files.kill())
        try LogFixture.append(again, TestFrame(3, "after the restart"))
    }

    @Test func fullDiskIsCutBackAndGoesOn() throws {
        let log = try LogFixture.open(files)
        try LogFixture.append(log, TestFrame(1, "fits"))
        files.setCapacity(Int64(log.totalBytes) + 20)
        for _ in 0..<3 {
            do throws(LogError) {
                try LogFixture.append(log, TestFrame(2, "does not fit any more"))
                Issue.record("expected a full disk")
            } catch {
                #expect(error.isNoSpace)
            }
            #expect(try files.status(LogFixture.firstSegment)?.size == Int64(log.position.offset))
        }
        #expect(log.counters.failedAppends == 3)
        try LogFixture.append(log, TestFrame(3, "small"))
        files.setCapacity(nil)
        try LogFixture.append(log, TestFrame(4, "there is room again, for everything"))
        let (frames, damages) = try LogFixture.read(files)
        #expect(frames.map(\.kind) == [1, 3, 4])
        #expect(damages == [])
    }

    @Test func failedRollChangesNothing() throws {
        let log = try LogFixture.open(files)
        try LogFixture.append(log, TestFrame(1, "x"))
        for operation in [SimulatedFileSystem.Operation.create, .write] {
            files.fail(operation, with: .noSpace)
            #expect(throws: LogError.self) { try log.roll() }
            #expect(try files.list("/log") == ["00000001.wal"])
        }
        try LogFixture.append(log, TestFrame(2, "y"))
        try log.roll()
        try LogFixture.append(log, TestFrame(3, "z"))
        #expect(try LogFixture.read(files).frames.map(\.kind) == [1, 2, 3])
    }

    @Test func failedCutBreaksTheLog() throws {
        let log = try LogFixture.open(files)
        files.fail(.write, with: .noSpace)
        files.fail(.truncate, with: .device)
        #expect(throws: LogError.self) { try LogFixture.append(log, TestFrame(1, "x")) }
        #expect(log.failure?.reason == .device)
        #expect(throws: LogError.self) { try LogFixture.append(log, TestFrame(2, "y")) }
        #expect(try LogFixture.read(files.kill()).frames.isEmpty)
    }

    @Test func failedRemovalCanBeTriedAgain() throws {
        let log = try LogFixture.open(files)
        try LogFixture.append(log, TestFrame(1, "x"))
        try log.roll()
        files.fail(.remove, with: .device)
        #expect(throws: LogError.self) { try log.removeSegments(below: 2) }
        #expect(log.segments.map(\.number) == [1, 2])
        try log.removeSegments(below: 2)
        #expect(log.segments.map(\.number) == [2])
    }
}
