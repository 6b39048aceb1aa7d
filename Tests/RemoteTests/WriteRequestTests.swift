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
            let request = try WriteRequest(bytes)
            #expect(request.series.count == 1)
            #expect(request.labels.map { String(decoding: $0.name, as: UTF8.self) } == ["__name__"])
            #expect(request.labels.map { String(decoding: $0.value, as: UTF8.self) } == ["up"])
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
            _ = #expect(throws: ProtobufReader.Problem.self) { try WriteRequest(bytes) }
        }
    }

    @Test func negativeTimesAndTheAbsentPattern() throws {
        let message = WriteRequestMessage.encode([
            .init(labels: [("a", "b")], samples: [(time: Int64(-5), value: Double.absent)])
        ])
        let request = try WriteRequest(message.bytes)
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
            bytes.withUnsafeBytes { _ = try? WriteRequest($0) }
        }
    }
}
