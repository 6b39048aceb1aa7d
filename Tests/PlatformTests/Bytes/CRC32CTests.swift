import TestSupport
import Testing

@testable import Platform

@Suite struct CRC32CTests {
    /// Vectors of RFC 3720, appendix B.4, and the usual check value.
    static let vectors: [(bytes: [UInt8], checksum: UInt32)] = [
        (Array("123456789".utf8), 0xE306_9283),
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0..<32), 0x46DD_794E),
        ([], 0),
    ]

    @Test(arguments: vectors)
    func knownValues(bytes: [UInt8], expected: UInt32) {
        bytes.withUnsafeBytes {
            #expect(CRC32C.checksum($0) == expected)
            #expect(CRC32C.tableChecksum($0) == expected)
        }
    }

    @Test func instructionAndTablesAgree() {
        var random = SeededRandom(seed: 1)
        let bytes = random.bytes(2000)
        for _ in 0..<500 {
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let end = Int.random(in: start...bytes.count, using: &random)
            bytes[start..<end].withUnsafeBytes {
                #expect(CRC32C.checksum($0) == CRC32C.tableChecksum($0))
            }
        }
    }

    @Test func continuesWhereItStopped() {
        var random = SeededRandom(seed: 2)
        let bytes = random.bytes(777)
        let whole = bytes.withUnsafeBytes { CRC32C.checksum($0) }
        for cut in [0, 1, 7, 8, 100, 776, 777] {
            let first = bytes[..<cut].withUnsafeBytes { CRC32C.checksum($0) }
            let both = bytes[cut...].withUnsafeBytes { CRC32C.checksum($0, continuing: first) }
            let tables = bytes[cut...].withUnsafeBytes { CRC32C.tableChecksum($0, continuing: first) }
            #expect(both == whole)
            #expect(tables == whole)
        }
    }
}
