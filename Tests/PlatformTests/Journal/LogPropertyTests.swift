import Journal
import Platform
import TestSupport
import Testing

/// Random lives of a log, with full disks, restarts, kills and power cuts, against a plain list of frames.
@Suite struct LogPropertyTests {
    @Test(arguments: UInt64(1)...40) func anyLifeKeepsWhatItPromised(seed: UInt64) throws {
        var life = try Life(seed: seed)
        for _ in 0..<120 { try life.step() }
        try life.powerCut()
    }

    private struct Life {
        let seed: UInt64
        var random: SeededRandom
        var files: SimulatedFileSystem
        var log: SegmentedLog
        /// What was appended, with the segment it stands in, without what was removed.
        var frames: [(segment: Int, frame: TestFrame)] = []
        var synced = 0
        /// What power cuts have left between frames.
        var holes: [LogDamage] = []

        init(seed: UInt64) throws {
            self.seed = seed
            random = SeededRandom(seed: seed)
            files = SimulatedFileSystem(seed: seed)
            try files.createDirectory("/log")
            try files.syncDirectory("/")
            log = try LogFixture.open(files, segmentSize: 2000, seed: seed)
        }

        mutating func step() throws {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<60: try append()
            case 60..<75:
                try log.sync()
                synced = frames.count
            case 75..<80: try log.roll()
            case 80..<85: try remove()
            case 85..<91: try appendToFullDisk()
            case 91..<95: try restart(files.kill())
            default: try powerCut()
            }
        }

        private mutating func append() throws {
            let size = Int.random(in: 0...(random.chance(0.1) ? 3000 : 200), using: &random)
            let frame = TestFrame(UInt8.random(in: 0...127, using: &random), random.bytes(size))
            try LogFixture.append(log, frame, compress: random.chance(0.3))
            frames.append((log.position.segment, frame))
        }

        private mutating func appendToFullDisk() throws {
            files.setCapacity(Int64(log.totalBytes) + Int64.random(in: 0...40, using: &random))
            let frame = TestFrame(1, random.bytes(100))
            #expect(throws: LogError.self) { try LogFixture.append(log, frame) }
            files.setCapacity(nil)
            #expect(try LogFixture.read(files).frames == frames.map(\.frame), "seed \(seed)")
        }

        private mutating func remove() throws {
            let number = Int.random(in: 1...log.position.segment, using: &random)
            try log.removeSegments(below: number)
            // A removal that a crash undoes would bring old frames back: make it durable first.
            try log.sync()
            frames.removeAll { $0.segment < number }
            synced = frames.count
        }

        private mutating func restart(_ next: SimulatedFileSystem) throws {
            files = next
            let (found, damages) = try LogFixture.read(files)
            #expect(found == frames.map(\.frame), "seed \(seed)")
            #expect(damages.allSatisfy(holes.contains), "seed \(seed)")
            log = try LogFixture.open(files, segmentSize: 2000, seed: seed)
            if synced > 0 && random.chance(0.5) { return }
            try log.sync()
            synced = frames.count
        }

        mutating func powerCut() throws {
            files = files.crash(seed: random.next())
            let reader = try SegmentReader(files: files, directory: LogFixture.directory)
            var found: [(segment: Int, frame: TestFrame)] = []
            while let frame = try reader.next() {
                found.append((frame.position.segment, TestFrame(frame.kind, Array(frame.payload))))
            }
            #expect(found.count >= synced, "seed \(seed)")
            #expect(found.prefix(synced).map(\.frame) == frames.prefix(synced).map(\.frame), "seed \(seed)")
            var rest = frames.dropFirst(synced)
            for (segment, frame) in found.dropFirst(synced) {
                guard let index = rest.firstIndex(where: { $0.segment == segment && $0.frame == frame }) else {
                    Issue.record("seed \(seed): a frame that nobody wrote: \(frame)")
                    return
                }
                rest = rest[(index + 1)...]
            }
            holes = reader.damages.filter { !$0.isTornTail }
            frames = found
            synced = found.count
            log = try SegmentedLog(continuing: reader, segmentSize: 2000, seed: seed)
            try log.sync()
        }
    }
}
