import Model
import Platform
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
}
