import Journal
import Platform
import TestSupport
import Testing

/// What a power cut or a kill leaves of a log: all that was synced, in order, and of the rest whole frames only.
@Suite struct LogCrashTests {
    /// What a run has told its caller.
    private struct Told {
        var appended: [TestFrame] = []
        /// How many of them were synced.
        var synced = 0
        /// The frame whose append failed, if any: it may be there or not.
        var inFlight: TestFrame?
    }

    /// Writes up to 30 frames with syncs and rolls between, until something fails.
    private func write(_ files: SimulatedFileSystem, _ random: inout SeededRandom) -> Told {
        var told = Told()
        do throws(LogError) {
            let log = try LogFixture.open(files, segmentSize: 700)
            for number in UInt8(0)..<30 {
                let frame = TestFrame(number, random.bytes(Int.random(in: 0...200, using: &random)))
                told.inFlight = frame
                try LogFixture.append(log, frame, compress: random.chance(0.2))
                told.inFlight = nil
                told.appended.append(frame)
                if random.chance(0.2) {
                    try log.sync()
                    told.synced = told.appended.count
                }
                if random.chance(0.1) { try log.roll() }
            }
        } catch {
            return told
        }
        return told
    }

    private func prepared() throws -> SimulatedFileSystem {
        let files = SimulatedFileSystem(seed: 7)
        try files.createDirectory("/log")
        try files.syncDirectory("/")
        return files
    }

    @Test func afterACrashAtEveryOperationTheSyncedPrefixIsThere() throws {
        for operation in 1...80 {
            for seed in UInt64(0)..<6 {
                var random = SeededRandom(seed: seed)
                let files = try prepared()
                files.crash(atOperation: files.operations + operation)
                let told = write(files, &random)
                let after = files.crash(seed: seed &* 1000 &+ UInt64(operation))
                let found = try LogFixture.read(after).frames
                check(found, told, "operation \(operation), seed \(seed)")

                // What was found stays: it counts as read, so it must be durable after the next sync.
                let log = try LogFixture.open(after, segmentSize: 700)
                let next = TestFrame(100, "next")
                try LogFixture.append(log, next)
                try log.sync()
                let again = try LogFixture.read(after.crash(seed: seed)).frames
                #expect(again == found + [next], "operation \(operation), seed \(seed)")
            }
        }
    }

    @Test func afterAKillEverythingAppendedIsThere() throws {
        for operation in 1...80 {
            var random = SeededRandom(seed: UInt64(operation))
            let files = try prepared()
            files.crash(atOperation: files.operations + operation)
            var told = write(files, &random)
            told.synced = told.appended.count
            check(try LogFixture.read(files.kill()).frames, told, "operation \(operation)")
        }
    }

    /// The canary: without syncs, frames do get lost.
    @Test func unsyncedFramesCanBeLost() throws {
        var lost = false
        for seed in UInt64(0)..<20 {
            let files = try prepared()
            let log = try LogFixture.open(files)
            try log.sync()
            try LogFixture.append(log, TestFrame(1, "unsynced"))
            if try LogFixture.read(files.crash(seed: seed)).frames.isEmpty { lost = true }
        }
        #expect(lost)
    }

    private func check(_ found: [TestFrame], _ told: Told, _ context: Comment) {
        #expect(found.count >= told.synced, context)
        #expect(Array(found.prefix(told.synced)) == Array(told.appended.prefix(told.synced)), context)
        // The rest: whole frames, each once, in the order of writing.
        var candidates = told.appended[told.synced...] + (told.inFlight.map { [$0] } ?? [])
        for frame in found.dropFirst(told.synced) {
            guard let index = candidates.firstIndex(of: frame) else {
                Issue.record("a frame that nobody wrote, or in the wrong place: \(frame), \(context)")
                return
            }
            candidates = candidates[(index + 1)...]
        }
    }
}
