import Journal
import Platform
import TestSupport
import Testing

@testable import enum Journal.SegmentFormat

@Suite struct LogDamageTests {
    /// Two segments: frames 1, 2, 3 in the first, 4 in the second. Every payload has 10 bytes, every frame 23.
    private func prepared() throws -> SimulatedFileSystem {
        let files = SimulatedFileSystem(seed: 1)
        let log = try LogFixture.open(files)
        for kind in UInt8(1)...3 { try LogFixture.append(log, TestFrame(kind, "payload  \(kind)")) }
        try log.roll()
        try LogFixture.append(log, TestFrame(4, "payload  4"))
        return files
    }

    @Test func aDamagedByteCostsItsFrameOnly() throws {
        for offset in 20..<(20 + 3 * 23) {
            let files = try prepared()
            files.damage(LogFixture.firstSegment, at: offset)
            let hit = (offset - 20) / 23
            let (frames, damages) = try LogFixture.read(files)
            #expect(frames.map(\.kind) == [1, 2, 3, 4].filter { $0 != hit + 1 }, "offset \(offset)")
            let damage = try #require(damages.first)
            #expect(damages.count == 1)
            #expect(damage.position == LogPosition(segment: 1, offset: 20 + hit * 23))
            #expect(damage.length == 23 && !damage.isTornTail)
            #expect(damage.path == LogFixture.firstSegment)
        }
    }

    @Test func damageIsDescribedForPeople() throws {
        let files = try prepared()
        files.damage(LogFixture.firstSegment, at: 52)
        #expect(
            try LogFixture.read(files).damages.map(\.description)
                == ["/log/00000001.wal: 23 bytes at offset 43 skipped: frame reaches beyond the end of the file"])
    }

    @Test func damagedHeaderCostsNoFrame() throws {
        for offset in 0..<20 {
            let files = try prepared()
            files.damage(LogFixture.firstSegment, at: offset)
            let (frames, damages) = try LogFixture.read(files)
            #expect(frames.map(\.kind) == [1, 2, 3, 4], "offset \(offset)")
            #expect(damages.map(\.reason) == [.header])
        }
    }

    @Test func damagedHeadOfTheLastSegmentIsLeftAndFollowedByANewOne() throws {
        let files = try prepared()
        files.damage("/log/00000002.wal", at: 3)
        files.damage("/log/00000002.wal", at: 24)
        let before = try files.contents(of: "/log/00000002.wal")
        let log = try LogFixture.open(files)
        try LogFixture.append(log, TestFrame(5, "next"))
        #expect(log.position.segment == 3)
        #expect(try files.contents(of: "/log/00000002.wal") == before)
        let (frames, damages) = try LogFixture.read(files)
        #expect(frames.map(\.kind) == [1, 2, 3, 5])
        #expect(damages.map(\.reason) == [.header] && damages[0].length == 43 && !damages[0].isTornTail)
    }

    @Test func tornTailIsReportedOnceAndCut() throws {
        for kept in 20..<(20 + 23) {
            let files = try prepared()
            try files.open("/log/00000002.wal", .update).truncate(to: Int64(kept))
            let (frames, damages) = try LogFixture.read(files)
            #expect(frames.map(\.kind) == [1, 2, 3])
            #expect(damages.map(\.isTornTail) == (kept == 20 ? [] : [true]))
            let log = try LogFixture.open(files)
            #expect(log.position == LogPosition(segment: 2, offset: 20))
            try LogFixture.append(log, TestFrame(5, "next"))
            let after = try LogFixture.read(files)
            #expect(after.frames.map(\.kind) == [1, 2, 3, 5])
            #expect(after.damages == [])
        }
    }

    /// The frame lacks nothing but zeros, which is what a file has where it grew and was not written.
    @Test func aTornTailDoesNotComeBack() throws {
        let payload = Array("torn".utf8) + [UInt8](repeating: 0, count: 40)
        for seed in 0..<UInt64(100) {
            var files = SimulatedFileSystem(seed: seed)
            let log = try LogFixture.open(files)
            try LogFixture.append(log, TestFrame(1, payload))
            let path = LogFixture.firstSegment
            try files.open(path, .update).truncate(to: Int64(log.position.offset - 20))
            try files.open(path, .update).sync()
            try files.syncDirectory(LogFixture.directory)
            try LogFixture.append(LogFixture.open(files), TestFrame(2, [UInt8](repeating: 7, count: 200)))
            files = files.crash(seed: seed)
            #expect(try LogFixture.read(files).frames.allSatisfy { $0.kind == 2 }, "seed \(seed)")
        }
    }

    @Test func unfinishedLastSegmentIsWrittenAgain() throws {
        for kept in 0..<20 {
            let files = try prepared()
            try files.open("/log/00000002.wal", .update).truncate(to: Int64(kept))
            let log = try LogFixture.open(files)
            try LogFixture.append(log, TestFrame(5, "next"))
            let (frames, damages) = try LogFixture.read(files)
            #expect(frames.map(\.kind) == [1, 2, 3, 5])
            #expect(damages == [])
            #expect(log.position.segment == 2)
        }
    }

    @Test func tornEndOfAnEarlierSegmentIsDamage() throws {
        let files = try prepared()
        try files.open(LogFixture.firstSegment, .update).truncate(to: 80)
        let (frames, damages) = try LogFixture.read(files)
        #expect(frames.map(\.kind) == [1, 2, 4])
        #expect(damages.map(\.isTornTail) == [false])
        _ = try LogFixture.open(files)
        #expect(try files.status(LogFixture.firstSegment)?.size == 80, "only the last segment is cut")
    }

    @Test func newerFormatIsRefusedUntouched() throws {
        let files = try prepared()
        let path = "/log/00000002.wal"
        var bytes = try files.contents(of: path)
        bytes[8] = 2
        let checksum = bytes[..<16].withUnsafeBytes { CRC32C.checksum($0) }
        withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(16..<20, with: $0) }
        try bytes.withUnsafeBytes { try files.open(path, .update).write($0, at: 0) }
        let operations = files.operations
        #expect(throws: LogError.newerVersion(path: path, version: 2, supported: 1)) { try LogFixture.open(files) }
        #expect(throws: LogError.newerVersion(path: path, version: 2, supported: 1)) { try LogFixture.read(files) }
        #expect(files.operations == operations)
    }

    /// A frame inside a payload, as a sender might plant it in a label value, is not taken for one.
    @Test func plantedFramesAreNotRead() throws {
        let files = SimulatedFileSystem(seed: 1)
        let planted = ByteBuffer()
        let content = Array("planted".utf8)
        content.withUnsafeBytes {
            SegmentFormat.makeFrame(
                kind: 9, $0, marker: SegmentFormat.marker(segment: 1, seed: 2), compress: false, in: planted)
        }
        let log = try LogFixture.open(files, seed: 1)
        try LogFixture.append(log, TestFrame(1, Array(planted.bytes)), TestFrame(2, "after"))
        files.damage(LogFixture.firstSegment, at: 21)
        #expect(try LogFixture.read(files).frames.map(\.kind) == [2])
        // The canary: with the segment's own marker it would have been read.
        let known = SimulatedFileSystem(seed: 1)
        let other = try LogFixture.open(known, seed: 2)
        try LogFixture.append(other, TestFrame(1, Array(planted.bytes)), TestFrame(2, "after"))
        known.damage(LogFixture.firstSegment, at: 21)
        #expect(try LogFixture.read(known).frames.map(\.kind) == [9, 2])
    }

    @Test func zeroedBlocksAreSkipped() throws {
        let files = SimulatedFileSystem(seed: 1)
        let log = try LogFixture.open(files)
        for kind in UInt8(0)..<100 { try LogFixture.append(log, TestFrame(kind, [UInt8](repeating: kind, count: 87))) }
        for offset in 1024..<2048 { files.damage(LogFixture.firstSegment, at: offset) { _ in 0 } }
        let (frames, damages) = try LogFixture.read(files)
        // Frame n stands at 20 + 100 n: 10 to 20 are hit.
        #expect(frames.map(\.kind) == (UInt8(0)..<100).filter { !(10...20).contains($0) })
        #expect(damages.count == 1 && damages[0].length == 1100)
    }
}
