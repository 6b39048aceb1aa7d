import Model
import Platform
import Testing

@testable import Remote

@Suite struct WriteRequestTests {
    /// One series `{__name__="up"}` with one sample 1 at 1000 ms, byte by byte.
    static let golden: [UInt8] =
        [0x0a, 0x1e, 0x0a, 0x0e, 0x0a, 0x08] + Array("__name__".utf8) + [0x12, 0x02] + Array("up".utf8)
        + [0x12, 0x0c, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0xe8, 0x07]

    @Test func readsAMessage() throws {
        try Self.golden.withUnsafeBytes { bytes in
            let request = try WriteRequest(bytes, seed: 1)
            #expect(request.series.count == 1)
            let labels = try request.labels(of: request.series[0])
            #expect(labels.map { String(decoding: $0.name, as: UTF8.self) } == ["__name__"])
            #expect(labels.map { String(decoding: $0.value, as: UTF8.self) } == ["up"])
            #expect(request.times == [1000])
            #expect(request.values == [1])
        }
    }

    @Test func testMessagesAreEncodedTheSame() {
        let message = WriteRequestMessage.encode([.init(labels: [("__name__", "up")], samples: [(1000, 1)])])
        #expect(Array(message.bytes) == Self.golden)
    }

    @Test(arguments: [1, 2, 3, 5, 12, 20, 31])
    func aCutMessageIsRefused(length: Int) {
        Self.golden[..<length].withUnsafeBytes { bytes in
            _ = #expect(throws: ProtobufReader.Problem.self) { try WriteRequest(bytes, seed: 1) }
        }
    }

    @Test func negativeTimesAndTheAbsentPattern() throws {
        let message = WriteRequestMessage.encode([
            .init(labels: [("a", "b")], samples: [(time: Int64(-5), value: Double.absent)])
        ])
        let request = try WriteRequest(message.bytes, seed: 1)
        let times: [Int64] = [-5]
        #expect(request.times == times)
        #expect(request.values[0].bitPattern == Double.ordinaryNaN.bitPattern)
    }

    /// Any bytes give a message or an error, never a read outside of them.
    @Test func anyBytesAreSafe() {
        for seed in UInt64(1)...2000 {
            var state = seed
            let bytes = (0..<Int(seed % 60)).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 40) & (seed % 2 == 0 ? 0xff : 0x1f)
            }
            bytes.withUnsafeBytes { bytes in
                guard let request = try? WriteRequest(bytes, seed: 1) else { return }
                for series in request.series { _ = try? request.labels(of: series) }
            }
        }
    }

    private func fingerprints(_ series: [WriteRequestMessage.Series]) throws -> [UInt64] {
        let message = WriteRequestMessage.encode(series)
        return try WriteRequest(message.bytes, seed: 1).series.map(\.fingerprint)
    }

    /// Values and times do not matter, every byte of the labels does.
    @Test func equalLabelsHaveEqualFingerprints() throws {
        let same = try fingerprints([
            .init(labels: [("a", "b"), ("c", "d")], samples: [(1, 1)]),
            .init(labels: [("a", "b"), ("c", "d")], samples: [(2, 7), (3, 8)]),
            .init(labels: [("a", "b"), ("c", "d")], samples: []),
        ])
        #expect(Set(same).count == 1)
        let others = try fingerprints([
            .init(labels: [("a", "bc"), ("d", "")], samples: [(1, 1)]),
            .init(labels: [("a", "b")], samples: [(1, 1)]),
            .init(labels: [("c", "d"), ("a", "b")], samples: [(1, 1)]),
            .init(labels: [], samples: [(1, 1)]),
        ])
        #expect(Set(same + others).count == 5)
    }

    @Test func knownSeriesAreFound() throws {
        let known = KnownSeries(limit: 3000)
        let message = WriteRequestMessage.encode((0..<3001).map { .init(labels: [("n", "\($0)")], samples: []) })
        let series = try WriteRequest(message.bytes, seed: 1).series
        func entry(_ number: Int) -> KnownSeries.Entry {
            KnownSeries.Entry(reference: SeriesReference(UInt32(number)), originKey: UInt64(number % 7))
        }
        for start in stride(from: 0, to: 3000, by: 100) {
            known.add((start..<start + 100).map { (series[$0].fingerprint, entry($0)) })
            let found = known.entries(for: series)
            for number in series.indices {
                #expect(found[number]?.reference == (number < start + 100 ? entry(number).reference : nil))
                #expect(found[number]?.originKey == (number < start + 100 ? entry(number).originKey : nil))
            }
        }
        known.add([(series[3000].fingerprint, entry(3000))])
        #expect(known.entries(for: series).compactMap { $0 }.count == 1)
    }
}
