import Model
import Platform
import Telemetry
import TestSupport

@testable import Storage

/// A stopped store with something of every kind in it, to be damaged.
struct DamagedStore {
    static let start = TestSeries.start

    let disk: SimulatedFileSystem
    let samples: StoredSamples

    /// Two windows in blocks, one of them with deletions; groups of the third one; a journal that is not empty.
    init() throws {
        disk = SimulatedFileSystem(seed: 1)
        let database = try Self.open(disk)
        let series = try TestSeries(database, count: 10)
        for step in 0..<340 {
            let time = Self.start + Int64(step) * 60_000
            try series.scrape(at: time) { Double($0 * step) }
            if step % 30 == 0 { database.tick(now: time) }
        }
        try database.delete(
            [[.equal("__name__", "m3")]], start: .min, end: Self.start + 5_000_000, now: Self.start + 340 * 60_000)
        samples = try database.samples()
    }

    private init(_ disk: SimulatedFileSystem, _ samples: StoredSamples) {
        self.disk = disk
        self.samples = samples
    }

    /// The same bytes on another disk.
    func copy() -> DamagedStore { DamagedStore(disk.kill(), samples) }

    static func open(_ disk: any FileSystem, _ path: String = "data") throws -> Database {
        let database = TestDatabase.make(disk, directory: path) {
            $0.flushQuiet = 0
            $0.retention = .max
            $0.rowsPerGroup = 8
        }
        try database.open()
        return database
    }

    func findings() throws -> [StoreFinding] {
        try StoppedStore("data", files: disk, owner: "test").verify().findings
    }

    func repair() throws -> RepairReport {
        let clock = ManualTime()
        return try StoreRepair(
            "data", files: disk, clock: clock, logger: Logger(minimum: .error, clock: clock) { _ in }, owner: "test"
        ).run()
    }

    /// All files of a kind: below a directory, of a name.
    func paths(_ directory: String, _ name: String) throws -> [String] {
        var found: [String] = []
        for entry in try disk.list("data/\(directory)").sorted() {
            let path = "data/\(directory)/\(entry)"
            if try disk.status(path)?.isDirectory == true {
                found += try paths("\(directory)/\(entry)", name)
            } else if entry.hasSuffix(name) {
                found.append(path)
            }
        }
        return found
    }

    func size(_ path: String) throws -> Int { Int(try disk.status(path)?.size ?? 0) }
}
