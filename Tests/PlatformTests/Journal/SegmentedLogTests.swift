import Journal
import Platform
import TestSupport
import Testing

@Suite struct SegmentedLogTests {
    let files = SimulatedFileSystem(seed: 1)

    @Test func emptyAndMissingLogsHoldNothing() throws {
        #expect(try LogFixture.read(files).frames == [])
        let log = try LogFixture.open(files)
        #expect(log.position == LogPosition(segment: 1, offset: 20))
        let (frames, damages) = try LogFixture.read(files)
        #expect(frames == [] && damages == [])
    }

    @Test func framesComeBackInOrder() throws {
        let log = try LogFixture.open(files)
        let frames = [TestFrame(1, "one"), TestFrame(127, ""), TestFrame(0, [UInt8](repeating: 9, count: 5000))]
        for frame in frames { try LogFixture.append(log, frame) }
        let read = try LogFixture.read(files)
        #expect(read.frames == frames)
        #expect(read.damages == [])
        #expect(log.counters.frames == 3)
        #expect(log.counters.bytes == 3 * 13 + 5003)
        #expect(log.position == LogPosition(segment: 1, offset: 20 + 3 * 13 + 5003))
    }

    @Test func compressesOnlyWhatShrinks() throws {
        let log = try LogFixture.open(files)
        var random = SeededRandom(seed: 1)
        let frames = [
            TestFrame(1, [UInt8](repeating: 1, count: 1000)), TestFrame(2, random.bytes(100)), TestFrame(3, ""),
        ]
        try LogFixture.append(log, frames[0], compress: true)
        #expect(log.position.offset < 20 + 13 + 100)
        let before = log.position.offset
        try LogFixture.append(log, frames[1], frames[2], compress: true)
        #expect(log.position.offset == before + 13 + 100 + 13)
        #expect(try LogFixture.read(files).frames == frames)
    }

    @Test func oneFrameIsOneWrite() throws {
        let log = try LogFixture.open(files)
        let before = files.operations
        try LogFixture.append(log, TestFrame(1, "payload"))
        #expect(files.operations == before + 1)
    }

    @Test func rollsAtTheSizeAndOnRequest() throws {
        let log = try LogFixture.open(files, segmentSize: 100)
        try log.roll()
        #expect(log.position.segment == 1, "an empty segment is not followed by another")
        for number in 0..<6 { try LogFixture.append(log, TestFrame(1, [UInt8](repeating: UInt8(number), count: 50))) }
        #expect(log.segments.map(\.number) == [1, 2, 3])
        try log.roll()
        try LogFixture.append(log, TestFrame(2, "last"))
        #expect(
            log.segments == [
                LogSegment(number: 1, size: 146), LogSegment(number: 2, size: 146), LogSegment(number: 3, size: 146),
                LogSegment(number: 4, size: 37),
            ])
        #expect(log.totalBytes == 3 * 146 + 37)
        #expect(try LogFixture.read(files).frames.count == 7)
        #expect(try files.list("/log").count == 4)
    }

    @Test func removesOldSegmentsAndNeverTheOneThatIsWritten() throws {
        let log = try LogFixture.open(files)
        for number in UInt8(0)..<4 {
            try log.roll()
            try LogFixture.append(log, TestFrame(number, "x"))
        }
        try log.removeSegments(below: 3)
        #expect(log.segments.map(\.number) == [3, 4])
        #expect(try LogFixture.read(files).frames.map(\.kind) == [2, 3])
        try log.removeSegments(below: 99)
        #expect(log.segments.map(\.number) == [4])
        #expect(log.counters.segmentsRemoved == 3)
        // Numbers are not used again after a restart.
        let again = try LogFixture.open(files)
        try again.roll()
        #expect(again.segments.map(\.number) == [4, 5])
    }

    @Test func removedSegmentsMayReturnUntilTheNextSync() throws {
        let log = try LogFixture.open(files)
        #expect(log.oldestThatMayReturn == 0)
        for number in UInt8(0)..<3 {
            try log.roll()
            try LogFixture.append(log, TestFrame(number, "x"))
        }
        try log.sync()
        #expect(log.oldestThatMayReturn == 1)
        try log.removeSegments(below: 2)
        let early = try #require(try log.pendingSync())
        try log.removeSegments(below: 3)
        #expect(log.oldestThatMayReturn == 1)
        try log.finish(early, early.perform())
        #expect(log.oldestThatMayReturn == 2)
        try log.sync()
        #expect(log.oldestThatMayReturn == 3)
        // What the process before this one removed may not be durable either.
        #expect(try LogFixture.open(files).oldestThatMayReturn == 0)
    }

    @Test func goesOnWhereItStopped() throws {
        for number in UInt8(1)...3 {
            let log = try LogFixture.open(files, seed: UInt64(number))
            try LogFixture.append(log, TestFrame(number, "start \(number)"))
        }
        let (frames, damages) = try LogFixture.read(files)
        #expect(frames.map(\.kind) == [1, 2, 3])
        #expect(damages == [])
        #expect(try files.list("/log") == ["00000001.wal"])
    }

    @Test func leavesOtherFilesAlone() throws {
        try files.createDirectory("/log")
        for name in ["notes.txt", "1.wal", "abcdefgh.wal", "00000000.wal"] {
            _ = try files.open("/log/\(name)", .create)
        }
        let log = try LogFixture.open(files)
        try LogFixture.append(log, TestFrame(1, "x"))
        #expect(log.segments.map(\.number) == [1])
        #expect(try LogFixture.read(files).frames.count == 1)
    }

    @Test func readerTellsProgress() throws {
        let log = try LogFixture.open(files, segmentSize: 100)
        for _ in 0..<10 { try LogFixture.append(log, TestFrame(1, [UInt8](repeating: 0, count: 40))) }
        let reader = try SegmentReader(files: files, directory: LogFixture.directory)
        #expect(reader.totalBytes == log.totalBytes)
        var last = 0
        while try reader.next() != nil {
            #expect(reader.bytesRead > last)
            last = reader.bytesRead
        }
        #expect(last == reader.totalBytes)
    }

    @Test func plainPayloadsStayValidWhileTheReaderLives() throws {
        let log = try LogFixture.open(files, segmentSize: 50)
        for number in UInt8(0)..<20 { try LogFixture.append(log, TestFrame(number, [number, number])) }
        let reader = try SegmentReader(files: files, directory: LogFixture.directory)
        var payloads: [UnsafeRawBufferPointer] = []
        while let frame = try reader.next() { payloads.append(frame.payload) }
        withExtendedLifetime(reader) {
            #expect(payloads.map { Array($0) } == (UInt8(0)..<20).map { [$0, $0] })
        }
    }
}
