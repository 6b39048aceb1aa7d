import Model
import Platform
import TestSupport
import Testing

@testable import PrometheusBlocks

/// What was found of a series in a block.
struct ReadSeries: Equatable {
    var labels: Labels
    var times: [Int64] = []
    /// Bits.
    var values: [UInt64] = []
}

@Suite struct BlockTests {
    static let tiny: [(Labels, [Int64], [Double])] = [
        (Labels(["__name__": "a", "b": "d"]), [1000], [1.5]),
        (Labels(["__name__": "a", "b": "c"]), [1000, 2000], [1, 2]),
    ]

    /// What `promtool` 2.42 makes of the two series above.
    static let promtoolIndex = Hex.bytes(
        "baaad70002000000160000000600085f5f6e616d655f5f016101620163016439df1ab6000000000000000000000000000b020102030401d0"
            + "0fe807086afb01220a020102030501d00f001fd9849d4e000000000c00000001000000010000000206747c4e0000001000000001000000"
            + "0200000004000000054a87d2420000000c000000020000000300000004495848d70000000c000000020000000300000004495848d70000"
            + "00080000000100000003a7692ed200000008000000010000000473a34a39000000130000000201085f5f6e616d655f5f50010162649822"
            + "18c100000024000000040200007c02085f5f6e616d655f5f016190010201620163a4010201620164b40109522a98000000000000000500"
            + "00000000000023000000000000004f00000000000000c4000000000000007c00000000000000dfff2c5bc2")
    static let promtoolChunks = Hex.bytes(
        "85bd40dd0100000011010002d00f3ff0000000000000e807c25fff79fe1ac90d010001d00f3ff800000000000000e29c57cb")

    static func write(
        _ series: [(Labels, [Int64], [Double])], _ files: any FileSystem, in directory: String, _ ulid: String,
        _ times: Range<Int64> = 0..<7_200_000, segmentLimit: Int64 = 512 << 20
    ) throws -> BlockMeta? {
        if try files.status(directory) == nil { try files.createDirectory(directory) }
        let meta = BlockMeta(ulid: ulid, minimumTime: times.lowerBound, maximumTime: times.upperBound)
        let writer = try BlockWriter(files, in: directory, meta: meta, segmentLimit: segmentLimit)
        for (labels, times, values) in series {
            try writer.add(labels, times: times, values: values, count: times.count)
        }
        return try writer.finish()
    }

    static func read(_ files: any FileSystem, _ path: String) throws -> [ReadSeries] {
        let block = try PrometheusBlock(files, path: path, meta: PrometheusBlock.meta(files, path: path))
        let samples = ChunkSamples()
        var places: [ChunkPlace] = []
        return try block.series.map { series in
            try block.chunks(of: series, into: &places)
            var read = ReadSeries(labels: try block.labels(of: series))
            for place in places {
                guard try block.decode(place, into: samples) else { continue }
                for index in 0..<samples.count {
                    read.times.append(samples.times[index])
                    read.values.append(samples.values[index].bitPattern)
                }
            }
            return read
        }
    }

    static func expected(_ series: (Labels, [Int64], [Double])) -> ReadSeries {
        ReadSeries(labels: series.0, times: series.1, values: series.2.map { $0.bitPattern })
    }

    static let ulid = "01M7VW680EPWPMESZ5NQKWWX8P"

    @Test func readsWhatPromtoolWrites() throws {
        let files = SimulatedFileSystem(seed: 1)
        try files.put("d/\(Self.ulid)/index", Self.promtoolIndex)
        try files.put("d/\(Self.ulid)/chunks/000001", Self.promtoolChunks)
        let meta = #"{"ulid":"01M7VW680EPWPMESZ5NQKWWX8P","minTime":1000,"maxTime":2001,"version":1}"#
        try files.put("d/\(Self.ulid)/meta.json", Array(meta.utf8))
        let series = try Self.read(files, "d/\(Self.ulid)")
        #expect(series == [Self.tiny[1], Self.tiny[0]].map(Self.expected))
    }

    /// Chunks as Prometheus writes them, but for the byte of zeros that it leaves behind a chunk of one sample; the index
    /// without the sections that it does not read.
    @Test func writesTheseBytes() throws {
        let files = SimulatedFileSystem(seed: 1)
        let meta = try #require(try Self.write(Self.tiny, files, in: "d", Self.ulid))
        #expect([meta.series, meta.samples, meta.chunks] == [2, 3, 2])
        let chunks = try files.contents(of: "d/\(Self.ulid)/chunks/000001")
        #expect(chunks.prefix(31) == Self.promtoolChunks.prefix(31))
        #expect(Hex.text(chunks) == Self.goldenChunks)
        #expect(try files.contents(of: "d/\(Self.ulid)/tombstones") == Hex.bytes("0130ba300100000000"))
        let index = Hex.text(try files.contents(of: "d/\(Self.ulid)/index"))
        // Up to the postings both are the same.
        #expect(index.hasPrefix(Hex.text(Array(Self.promtoolIndex[..<0x4b]))))
        #expect(index == Self.goldenIndex)
        #expect(Set(try files.list("d/\(Self.ulid)")) == ["index", "chunks", "tombstones", "meta.json"])
        let read = try PrometheusBlock.meta(files, path: "d/\(Self.ulid)")
        #expect(read == meta)
    }

    static let goldenChunks =
        "85bd40dd0100000011010002d00f3ff0000000000000e807c25fff79fe1ac90c010001d00f3ff8000000000000ffaebe52"
    static let goldenIndex =
        "baaad70002000000160000000600085f5f6e616d655f5f016101620163016439df1ab6000000000000000000000000000b020102"
        + "030401d00fe807086afb01220a020102030501d00f001fd9849d4e000000000c000000020000000300000004495848d70000000c"
        + "000000020000000300000004495848d7000000080000000100000003a7692ed200000008000000010000000473a34a3900000022"
        + "000000040200005002085f5f6e616d655f5f016164020162016378020162016488017281bbfc0000000000000005000000000000"
        + "00300000000000000000000000000000000000000000000000500000000000000098161ffd5f"

    @Test func aBlockWithoutSeriesIsNone() throws {
        let files = SimulatedFileSystem(seed: 1)
        #expect(try Self.write([], files, in: "d", Self.ulid) == nil)
        #expect(try files.list("d").isEmpty)
    }

    @Test(arguments: 1...10)
    func givesBackWhatWasWritten(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let files = SimulatedFileSystem(seed: 1)
        var series: [(Labels, [Int64], [Double])] = []
        for number in 0..<Int.random(in: 1...40, using: &random) {
            let data = RandomSamples.make(Int.random(in: 1...400, using: &random), &random)
            let labels = Labels(["__name__": "m\(number % 3)", "ü": "\(random.next() % 1000)", "n": "\(number)"])
            series.append((labels, data.times, data.values))
        }
        // A segment for every few chunks.
        _ = try Self.write(series, files, in: "d", Self.ulid, segmentLimit: 2000)
        let found = try Self.read(files, "d/\(Self.ulid)")
        #expect(found == series.sorted { $0.0 < $1.0 }.map(Self.expected), "seed \(seed)")
    }

    /// Every byte of the index and of the chunks is under a checksum, or its damage is noticed or does no harm.
    @Test(arguments: ["index", "chunks/000001"])
    func damageNamesFileAndOffset(_ name: String) throws {
        let files = SimulatedFileSystem(seed: 1)
        _ = try Self.write(Self.tiny, files, in: "d", Self.ulid)
        let path = "d/\(Self.ulid)"
        let bytes = try files.contents(of: "\(path)/\(name)")
        let intact = try Self.read(files, path)
        var found = 0
        for offset in bytes.indices {
            for change: UInt8 in [0xff, 1] {
                var damaged = bytes
                damaged[offset] ^= change
                try files.put("\(path)/\(name)", damaged)
                do {
                    let read = try Self.read(files, path)
                    // Padding, and postings of single labels, which nothing here reads.
                    #expect(read == intact, "\(name) \(offset)")
                } catch let error as PrometheusDataError {
                    #expect(error.file.hasPrefix(path) && error.offset != nil, "\(error)")
                    found += 1
                }
            }
        }
        #expect(found > bytes.count)
        for length in 0..<bytes.count {
            try files.put("\(path)/\(name)", Array(bytes[..<length]))
            #expect(throws: (any Error).self) { try Self.read(files, path) }
        }
    }

    @Test func replacedBlocksAreLeftOut() throws {
        let files = SimulatedFileSystem(seed: 1)
        let meta =
            #"{"ulid":"%","minTime":0,"maxTime":10,"compaction":{"parents":[{"ulid":"01M7VW680EPWPMESZ5NQKWWX8A"}]},"version":1}"#
        for letter in ["A", "B"] {
            let ulid = "01M7VW680EPWPMESZ5NQKWWX8\(letter)"
            let text = letter == "A" ? meta.replacing("[{\"ulid\":\"01M7VW680EPWPMESZ5NQKWWX8A\"}]", with: "[]") : meta
            try files.put("d/\(ulid)/meta.json", Array(text.replacing("%", with: ulid).utf8))
        }
        try files.put("d/01M7VW680EPWPMESZ5NQKWWX8C/meta.json", Array("{".utf8))
        let directory = try PrometheusDirectory(files, path: "d")
        #expect(directory.blocks.map(\.meta.ulid) == ["01M7VW680EPWPMESZ5NQKWWX8B"])
        #expect(directory.damages.map(\.file) == ["d/01M7VW680EPWPMESZ5NQKWWX8C/meta.json"])
    }

    @Test func tombstonesAreRead() throws {
        // Series 3, 1000 to 2000.
        var bytes = Hex.bytes("0130ba300103d00fa01f")
        let sum = Array(bytes[5...]).withUnsafeBytes { CRC32C.checksum($0) }
        bytes += withUnsafeBytes(of: sum.bigEndian) { Array($0) }
        let tombstones = try bytes.withUnsafeBytes { try Tombstones($0, file: "t") }
        #expect(tombstones[3] == [1000...2000])
        #expect(tombstones[4].isEmpty)
        bytes[6] ^= 1
        #expect(throws: PrometheusDataError.self) { try bytes.withUnsafeBytes { _ = try Tombstones($0, file: "t") } }
    }
}
