import Model
import Platform
import PrometheusBlocks
import Storage
import TestSupport
import Testing
import Transfer

@Suite struct PrometheusImportTests {
    typealias Fixture = TransferFixture

    @Test(arguments: 1...6)
    func blocksComeInValueByValue(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fixture = try Fixture()
        let samples = Fixture.samples(&random)
        for window in 0..<3 {
            let start = Fixture.lastWindow - Int64(window) * Fixture.window
            try fixture.writeBlock(samples, start..<start + Fixture.window)
        }
        // Overlaps the others and agrees with them.
        let middle = Fixture.lastWindow - Fixture.window / 2
        try fixture.writeBlock(samples, middle - Fixture.window..<middle)
        let report = try fixture.importPrometheus()
        try SampleMismatch.check(fixture.database.samples(), equals: samples, "seed \(seed)")
        let count = samples.values.reduce(0) { $0 + $1.count }
        #expect(report.outcome.appended == count)
        #expect(report.outcome.repeated > 0)
        #expect(report.outcome.appended + report.outcome.repeated == report.samples)
        #expect(report.series == samples.count)
        // And once more: nothing changes.
        _ = try fixture.importPrometheus()
        try SampleMismatch.check(fixture.database.samples(), equals: samples, "seed \(seed), again")
    }

    @Test func oldSamplesComeBesideNewOnes() throws {
        var random = SeededRandom(seed: 3)
        let fixture = try Fixture()
        let samples = Fixture.samples(&random)
        for start in [Fixture.lastWindow, Fixture.lastWindow - Fixture.window, Fixture.lastWindow - 2 * Fixture.window]
        {
            try fixture.writeBlock(samples, start..<start + Fixture.window)
            _ = try fixture.importPrometheus()
            for name in try fixture.files.list("prom") {
                try fixture.files.rename("prom/\(name)", to: "done-\(name)")
            }
        }
        try SampleMismatch.check(fixture.database.samples(), equals: samples, "newest first")
    }

    @Test func refusalsAreCounted() throws {
        let fixture = try Fixture()
        let labels = Labels(["__name__": "a"])
        let old = Fixture.now - 16 * 86_400_000
        try fixture.writeBlock([labels: [old: 0]], old - 1000..<old + 1000)
        try fixture.writeBlock(
            [labels: [Fixture.now: 0, Fixture.now + 3_600_000: 0]], Fixture.now..<Fixture.now + 7_200_000)
        try fixture.writeBlock([labels: [Fixture.now: 1.0.bitPattern]], Fixture.now..<Fixture.now + 1000)
        let report = try fixture.importPrometheus()
        #expect(report.outcome.tooOld == 1)
        #expect(report.outcome.tooFarAhead == 1)
        #expect(report.outcome.duplicate == 1)
        #expect(report.outcome.appended == 1)
    }

    @Test func damagedBlocksAreNamedAndTheRestComesIn() throws {
        var random = SeededRandom(seed: 4)
        let fixture = try Fixture()
        let samples = Fixture.samples(&random, windows: 2)
        try fixture.writeBlock(samples, Fixture.lastWindow..<Fixture.lastWindow + Fixture.window)
        let good = Set(try fixture.files.list("prom"))
        try fixture.writeBlock(samples, Fixture.lastWindow - Fixture.window..<Fixture.lastWindow)
        let bad = try #require(try fixture.files.list("prom").first { !good.contains($0) })
        let path = "prom/\(bad)/chunks/000001"
        var bytes = try fixture.files.contents(of: path)
        bytes[bytes.count / 2] ^= 0x10
        try fixture.files.put(path, bytes)
        let report = try fixture.importPrometheus()
        #expect(report.damageCount == 1)
        #expect(report.damages.first?.file == path)
        let count = samples.values.reduce(0) { $0 + $1.count }
        #expect(report.outcome.appended < count)
        #expect(report.outcome.appended >= count - 120)
    }

    @Test func logFollowsBlocks() throws {
        let fixture = try Fixture()
        let end = Fixture.lastWindow
        let a = Labels(["__name__": "a", "job": "j"])
        let b = Labels(["__name__": "b", "job": "k"])
        try fixture.writeBlock([a: [end - 1000: 1.0.bitPattern]], end - Fixture.window..<end)
        var log = PrometheusLog()
        log.append(PrometheusLog.series([(1, a), (2, b), (3, Labels(["__name__": "h"]))]))
        // Before the block's end: it is there, or deliberately not.
        log.append(PrometheusLog.samples([(1, end - 1000, 9), (2, end - 500, 9)]))
        log.append(PrometheusLog.samples([(1, end, 2), (2, end, 3), (99, end, 1)]))
        log.append(PrometheusLog.samples([(1, end + 1000, 4), (2, end + 1000, 5)]))
        log.append(PrometheusLog.deletion(2, end, end + 999))
        log.append(PrometheusLog.histograms([3, 3, 98], time: end))
        try fixture.files.put("prom/wal/00000000", log.bytes)
        var late = PrometheusLog()
        late.append(PrometheusLog.samples([(1, end - 1500, 7)]))
        try fixture.files.put("prom/wbl/00000000", late.bytes)
        let report = try fixture.importPrometheus()
        let expected: StoredSamples = [
            a: [
                end - 1500: 7.0.bitPattern, end - 1000: 1.0.bitPattern, end: 2.0.bitPattern,
                end + 1000: 4.0.bitPattern,
            ],
            b: [end + 1000: 5.0.bitPattern],
        ]
        try SampleMismatch.check(fixture.database.samples(), equals: expected, "log")
        #expect(report.namelessSamples == 1)
        #expect(report.histogramSamples == ["h": 2, "": 1])
        #expect(report.series == 3)
    }

    @Test func emptyDirectoriesAreRefused() throws {
        let fixture = try Fixture()
        try fixture.files.createDirectory("prom")
        #expect(throws: PrometheusDataError.self) { try fixture.importPrometheus() }
        #expect(throws: PrometheusDataError.self) { try fixture.importPrometheus("nowhere") }
    }
}
