import Compression
import Model
import Platform
import TestSupport
import Testing

@testable import PrometheusBlocks

@Suite struct LogTests {
    struct Read {
        var labels: [UInt64: Labels] = [:]
        var samples: [(UInt64, Int64, UInt64)] = []
        var deletions = 0
        var histograms: [UInt64] = []
        var damages: [PrometheusDataError] = []
    }

    static func read(_ files: any FileSystem) throws -> Read {
        var read = Read()
        let log = try #require(try HeadLog(files, directory: "d/wal"))
        let damages = try log.read([.series, .samples, .deletions, .histograms]) { record, _ in
            switch record {
            case .series(let entries): for entry in entries { read.labels[entry.series] = entry.labels }
            case .samples(let samples):
                for index in samples.series.indices {
                    read.samples.append(
                        (samples.series[index], samples.times[index], samples.values[index].bitPattern))
                }
            case .deletions(let entries): read.deletions += entries.count
            case .histograms(let series): read.histograms += series
            }
        }
        read.damages = damages
        return read
    }

    static func packed(_ record: [UInt8]) throws -> [UInt8] {
        let output = ByteBuffer()
        try record.withUnsafeBytes { try Snappy.compress($0, into: output) }
        return [UInt8](output.bytes)
    }

    @Test func recordsOfAllKindsAndPackings() throws {
        let files = SimulatedFileSystem(seed: 1)
        var log = PrometheusLog()
        let labels = Labels(["__name__": "up", "job": "x"])
        log.append(PrometheusLog.series([(1, labels), (7, .empty)]))
        // Larger than two pages.
        let many = (0..<7000).map { (index: Int) -> (number: UInt64, time: Int64, value: Double) in
            (UInt64(1 + index % 5), Int64(1000 - index), Double(index))
        }
        log.append(PrometheusLog.samples(many))
        log.append(try Self.packed(PrometheusLog.samples(many)), flags: 8)
        log.append(PrometheusLog.samplesWithStart(Array(many.prefix(10))))
        log.append(PrometheusLog.deletion(1, 5, 9))
        log.append(PrometheusLog.histograms([1, 7], time: 4))
        log.append(PrometheusLog.histograms([7], time: 4, isCustom: true))
        // Exemplars, metadata, something new.
        for kind: UInt8 in [4, 6, 99] { log.append([kind, 1, 2, 3]) }
        // Series 1, 1000 ms, 1.0, packed by the zstd tool.
        log.append(
            Hex.bytes("28b52ffd0458c50000800200010003e800003ff0000000000000020040e0016001e151d92b"), flags: 16)
        try files.put("d/wal/00000000", log.bytes)
        let read = try Self.read(files)
        #expect(read.damages.isEmpty)
        #expect(read.labels == [1: labels, 7: .empty])
        #expect(read.deletions == 1)
        #expect(read.histograms == [1, 7, 7])
        var expected = many + many
        expected += many.prefix(10)
        expected.append((1, 1000, 1))
        #expect(read.samples.count == expected.count)
        for (found, wanted) in zip(read.samples, expected) {
            #expect(found == (wanted.number, wanted.time, wanted.value.bitPattern))
        }
    }

    static func segment(_ number: UInt64, count: Int = 1) -> PrometheusLog {
        var log = PrometheusLog()
        for index in 0..<count { log.append(PrometheusLog.samples([(number, Int64(index), 1)])) }
        return log
    }

    @Test func checkpointComesFirstAndReplacesSegments() throws {
        let files = SimulatedFileSystem(seed: 1)
        try files.put("d/wal/checkpoint.00000001/00000000", Self.segment(1).bytes)
        try files.put("d/wal/checkpoint.00000004/00000000", Self.segment(2).bytes)
        for number in 4...6 { try files.put("d/wal/0000000\(number)", Self.segment(UInt64(number)).bytes) }
        #expect(try Self.read(files).samples.map(\.0) == [2, 5, 6])
        try files.remove("d/wal/00000005")
        try files.put("d/wal/00000007", [])
        #expect(try Self.read(files).samples.map(\.0) == [2, 6])
        try files.remove("d/wal/00000006")
        try files.put("d/wal/00000005", Self.segment(5).bytes)
        #expect(throws: PrometheusDataError.self) { try Self.read(files) }
    }

    @Test func theLastSegmentMayBeTorn() throws {
        let whole = Self.segment(1, count: 3).bytes
        for length in 0..<whole.count {
            let files = SimulatedFileSystem(seed: 1)
            try files.put("d/wal/00000000", Array(whole[..<length]))
            let read = try Self.read(files)
            #expect(read.samples.count == length / (whole.count / 3))
            #expect(read.damages.isEmpty)
            // In front of another segment the same is damage.
            try files.put("d/wal/00000001", Self.segment(2).bytes)
            let next = try Self.read(files)
            #expect(next.samples.last?.0 == 2)
            #expect(next.damages.count == (length % (whole.count / 3) == 0 ? 0 : 1))
        }
    }

    @Test func damageCostsARestOfAPage() throws {
        var log = Self.segment(1, count: 4000)
        log.append(PrometheusLog.samples([(2, 0, 1)]))
        let intact = log.bytes
        #expect(intact.count > 2 * 32768)
        var random = SeededRandom(seed: 5)
        for _ in 0..<200 {
            var bytes = intact
            let offset = Int.random(in: 0..<bytes.count, using: &random)
            bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let files = SimulatedFileSystem(seed: 1)
            try files.put("d/wal/00000000", bytes)
            let read = try Self.read(files)
            let page = offset / 32768
            if page < intact.count / 32768 { #expect(read.samples.last?.0 == 2, "offset \(offset)") }
            for damage in read.damages {
                let place = try #require(damage.offset)
                #expect(damage.file == "d/wal/00000000")
                #expect(place / 32768 == page || place / 32768 == page + 1, "\(damage) \(offset)")
            }
            #expect(read.samples.count > 4001 - 1200)
            #expect(!read.damages.isEmpty || read.samples.count >= 4000, "offset \(offset)")
        }
    }
}
