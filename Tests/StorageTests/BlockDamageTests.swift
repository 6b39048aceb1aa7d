import Model
import Platform
import Telemetry
import TestSupport
import Testing

@testable import Storage

/// Damaged bytes are found, named with file and offset, and cost no more than what they hold.
struct BlockDamageTests {
    private func makeBlock() throws -> (disk: SimulatedFileSystem, directory: String, samples: StoredSamples) {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        let series = try TestSeries(database, count: 20)
        for step in 0..<100 {
            try series.scrape(at: TestSeries.start + Int64(step) * 15_000) { Double($0 * step) }
        }
        database.tick(now: TestSeries.start + 10 * TestSeries.window)
        let block = try #require(database.blocks.all.first)
        return (disk, block.directory, try database.samples())
    }

    private func open(_ disk: SimulatedFileSystem) throws -> Database {
        try TestDatabase.open(disk) {
            $0.flushQuiet = 0
            $0.retention = .max
        }
    }

    @Test func everyByteOfTheIndexIsCovered() throws {
        let (disk, directory, samples) = try makeBlock()
        let path = "\(directory)/index"
        let size = try disk.contents(of: path).count
        var found = 0
        for offset in stride(from: 0, to: size, by: 7) {
            let copy = disk.kill()
            copy.damage(path, at: offset)
            let database = try open(copy)
            if database.blocks.all.isEmpty {
                found += 1
                continue
            }
            do {
                try SampleMismatch.check(database.samples(), equals: samples, "byte \(offset)")
                Issue.record("damage at \(offset) was not noticed")
            } catch let error as SelectError {
                #expect(error.description.contains("\(path): offset "))
                found += 1
            }
        }
        #expect(found == (size + 6) / 7)
    }

    @Test func oneDamagedColumnLeavesTheOthers() throws {
        let (disk, directory, samples) = try makeBlock()
        let path = "\(directory)/data"
        disk.damage(path, at: try disk.contents(of: path).count - 3)
        let database = try open(disk.kill())
        var unreadable = 0
        for (labels, times) in samples {
            let matchers = labels.array.map { LabelMatcher.equal($0.name, $0.value) }
            do {
                try SampleMismatch.check(database.samples(matchers), equals: [labels: times], "\(labels)")
            } catch let error as SelectError {
                #expect(error.description.contains("\(path): offset "))
                unreadable += 1
            }
        }
        #expect(unreadable == 1)
    }

    @Test(arguments: ["meta", "index", "data"]) func aCutFileCostsItsBlockOnly(_ name: String) throws {
        let (disk, directory, samples) = try makeBlock()
        let file = try disk.open("\(directory)/\(name)", .update)
        try file.truncate(to: 40)
        let next = disk.kill()
        let database = try open(next)
        #expect(database.blocks.all.isEmpty)
        #expect(try next.list("data/blocks").count == 1)
        // The journal still has what the block stands for.
        try SampleMismatch.check(database.samples(), equals: samples, name)
    }

    @Test func aBlockWithoutADescriptionIsPutAside() throws {
        let (disk, directory, samples) = try makeBlock()
        let other = "data/blocks/\(BlockName(milliseconds: 1, random: (1, 2)))"
        let temporary = "data/blocks/\(BlockName(milliseconds: 2, random: (1, 2)))\(BlockWriter.temporarySuffix)"
        for path in [other, temporary] { try disk.createDirectory(path) }
        let data = try disk.contents(of: "\(directory)/data")
        try disk.remove("\(directory)/meta")
        let clock = ManualTime()
        let said = LogText()
        let again = Database(
            directory: "data", fileSystem: disk.kill(), clock: clock, options: DatabaseOptions(),
            metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { said.append($0) })
        try again.open()
        #expect(again.blocks.all.isEmpty)
        #expect(again.metrics.damagedBlocks.value == 2)
        let files = again.directory.files
        #expect(try files.list("data/blocks") == [])
        let quarantine = "quarantine/\(TimeStamp.compact(clock.wallMilliseconds()))"
        for path in [directory, other] {
            let entry = path.dropFirst("data/".count)
            #expect(said.text.contains("block=\(path) moved_to=\(quarantine)/\(entry)"))
            #expect(try files.status("data/\(quarantine)/\(entry)")?.isDirectory == true)
        }
        #expect(try files.contents(of: "data/\(quarantine)/\(directory.dropFirst("data/".count))/data") == data)
        // Nothing stands for the journal's samples now.
        try SampleMismatch.check(again.samples(), equals: samples, "from the journal")
    }

    /// A block is gone or it is there, wherever the power is cut; none is taken for a damaged one.
    @Test func removalOfABlockIsWhole() throws {
        let (disk, directory, _) = try makeBlock()
        var operation = 0
        var isOver = false
        while !isOver {
            operation += 1
            for seed in 0..<UInt64(10) {
                let copy = disk.kill()
                copy.crash(atOperation: copy.operations + operation)
                isOver = (try? BlockWriter.remove(copy, directory)) != nil
                let next = copy.crash(seed: seed)
                let database = try open(next)
                #expect(database.metrics.damagedBlocks.value == 0, "crash at \(operation), seed \(seed)")
                #expect(try next.status("data/quarantine") == nil)
                #expect(try next.list("data/blocks").count == database.blocks.all.count)
            }
        }
        #expect(operation > 4)
    }
}
