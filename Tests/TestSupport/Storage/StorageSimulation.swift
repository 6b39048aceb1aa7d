import Model
import Platform
import Storage
import Telemetry

/// One life of a store on a disk that fails: random batches, deletions, full disks, device errors, kills, power cuts,
/// restarts, all from one seed, compared with an oracle. What was acknowledged must be there, under the promise of the
/// sync policy; what was not may be there whole; nothing else ever. What was deleted is gone at once and for good.
package struct StorageSimulation {
    private enum End: CaseIterable { case close, kill, crash, crashInFlight, crashAtOpen }

    private let seed: UInt64
    private let skipsSync: Bool
    private var random: SeededRandom
    private var disk: SimulatedFileSystem
    private var options = DatabaseOptions()
    private var workload: RandomWorkload
    /// All that was acknowledged.
    private var oracle = SampleOracle()
    /// What was acknowledged and must survive a power cut.
    private var durable: StoredSamples = [:]
    /// Samples of a batch that was answered with an error, or not at all.
    private var unanswered: [RandomWorkload.Sample] = []
    private var deletions = DeletionOracle()
    /// The last end was a power cut.
    private var powerWasCut = false
    /// A sync was made to fail: nothing more is known to be durable.
    private var syncFailed = false
    private var round = 0

    /// - Parameter skipsSync: lies about syncs of the journal, which a run must notice sooner or later.
    package init(seed: UInt64, skipsSync: Bool = false) {
        self.seed = seed
        self.skipsSync = skipsSync
        random = SeededRandom(seed: seed)
        disk = SimulatedFileSystem(seed: seed)
        options.rowsPerGroup = [3, 8, 16, 32].randomElement(using: &random) ?? 8
        options.columnsPerTimeline = [1, 3, 4096, 4096].randomElement(using: &random) ?? 4096
        options.sync = [.always, .always, .interval(1000), .never].randomElement(using: &random) ?? .always
        options.journalLimit = [2_000, 20_000, 64 << 20].randomElement(using: &random) ?? 20_000
        options.retention = .max
        options.flushDelay = [0, 600_000, 3_600_000].randomElement(using: &random) ?? 0
        options.flushQuiet = [0, 60_000].randomElement(using: &random) ?? 0
        options.seriesIdle = [1000, 60_000, 4 * 3_600_000].randomElement(using: &random) ?? 60_000
        options.owner = "simulation"
        workload = RandomWorkload(random: &random, window: options.outOfOrderWindow, series: 30)
    }

    /// Runs some rounds from open to end; throws what it finds wrong.
    package mutating func run(rounds: Int = 6) throws {
        for round in 0..<rounds {
            self.round = round
            do { try runRound() } catch {
                throw SampleMismatch("seed \(seed), round \(round), \(options.sync): \(error)")
            }
        }
    }

    private mutating func runRound() throws {
        let end = End.allCases.randomElement(using: &random) ?? .kill
        if end == .crashAtOpen {
            disk.crash(atOperation: disk.operations + Int.random(in: 1...15, using: &random))
            _ = try? makeDatabase().open()
            return cutPower()
        }
        disk.setCapacity(nil)
        let database = makeDatabase()
        try database.open()
        try check(database)
        deletions.forget(durable: durable, afterPowerCut: powerWasCut)
        powerWasCut = false
        syncFailed = false
        if end == .crashInFlight {
            disk.crash(atOperation: disk.operations + Int.random(in: 1...120, using: &random))
        }
        for _ in 0..<Int.random(in: 5...40, using: &random) where !disk.hasCrashed { try step(database) }
        switch end {
        case .close:
            close(database)
            disk = disk.kill()
        case .kill: disk = disk.kill()
        default: cutPower()
        }
    }

    private func makeDatabase() -> Database {
        let clock = ManualTime()
        let files: any FileSystem = skipsSync ? SyncSkippingFileSystem(disk, skipping: "/journal/") : disk
        return Database(
            directory: "data", fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { _ in })
    }

    /// From now on only what is durable counts.
    private mutating func cutPower() {
        disk = disk.crash(seed: random.next())
        powerWasCut = true
        for (labels, times) in oracle.samples {
            for (time, bits) in times where durable[labels]?[time] == nil {
                unanswered.append(.init(labels: labels, time: time, value: Double(bitPattern: bits)))
            }
        }
        oracle = SampleOracle(durable)
    }

    /// A store that cannot be closed cleanly has lost nothing: the journal is there.
    private mutating func close(_ database: Database) {
        disk.setCapacity(nil)
        do throws(StorageError) {
            try database.close()
            if !syncFailed { durable = oracle.samples }
        } catch {}
    }

    private mutating func step(_ database: Database) throws {
        switch Int.random(in: 0..<22, using: &random) {
        case 0: disk.setCapacity(Int64.random(in: 0...60_000, using: &random))
        case 1, 2, 3: disk.setCapacity(nil)
        case 4: disk.fail(.write, with: .device, skip: Int.random(in: 0...2, using: &random))
        case 5 where random.chance(0.2):
            disk.fail(.sync, with: .device)
            syncFailed = true
        case 6, 7, 8:
            database.tick(now: workload.now)
            if case .interval = options.sync, !syncFailed, !disk.hasCrashed { durable = oracle.samples }
        case 9: try check(database)
        case 10: try delete(database)
        case 11: try clean(database)
        default: try append(database)
        }
    }

    private mutating func append(_ database: Database) throws {
        let parts = workload.batch(&random, oracle)
        do throws(AppendError) {
            _ = try database.append(parts, now: workload.now)
        } catch {
            unanswered += parts.flatMap(\.samples)
            if disk.hasCrashed { return }
            return try check(database)
        }
        for sample in parts.flatMap(\.samples) {
            if !deletions.isOrderKnown(sample.labels, sample.time) {
                unanswered.append(sample)
                continue
            }
            oracle.append(sample.labels, sample.time, sample.value, window: options.outOfOrderWindow)
        }
        if options.sync == .always { durable = oracle.samples }
    }

    private mutating func delete(_ database: Database) throws {
        let deletion = RandomDeletion(&random, series: workload.series, now: workload.now)
        do throws(StorageError) {
            try database.delete(
                deletion.matchers, start: deletion.range.lowerBound, end: deletion.range.upperBound, now: workload.now)
        } catch {
            deletions.note(deletion, oracle, failed: true)
            durable.remove(deletion)
            return try check(database)
        }
        deletions.note(deletion, oracle, failed: false)
        oracle.remove(deletion)
        durable.remove(deletion)
        unanswered.removeAll { deletion.covers($0.labels, $0.time) }
        if random.chance(0.5) { try check(database) }
    }

    /// Takes deleted samples from the disk, or makes blocks of all that ended; neither changes what there is.
    private mutating func clean(_ database: Database) throws {
        do throws(StorageError) {
            if random.chance(0.5) {
                try database.cleanTombstones(now: workload.now)
            } else {
                try database.settle(now: workload.now)
            }
        } catch {}
        if random.chance(0.5) { try check(database) }
    }

    /// Compares the store with the oracle and takes over what was left open.
    private mutating func check(_ database: Database) throws {
        if disk.hasCrashed { return }
        let found: StoredSamples
        do { found = try database.samples() } catch let error as SelectError {
            throw SampleMismatch("cannot read: \(error)")
        }
        var expected = oracle
        for sample in unanswered {
            let bits = sample.value.isAbsent ? Double.ordinaryNaN.bitPattern : sample.value.bitPattern
            if found[sample.labels]?[sample.time] == bits { expected.set(sample.labels, sample.time, bits) }
        }
        unanswered = []
        deletions.settle(&expected, by: found)
        try SampleMismatch.check(found, equals: expected.samples, "stored samples")
        oracle = expected
    }
}
