import Compression
import Platform
import TestSupport
import Testing

@Suite struct CompressionTests {
    enum Input: CaseIterable {
        case empty, tiny, repeated, random, large, json

        var bytes: [UInt8] {
            switch self {
            case .empty: return []
            case .tiny: return [42]
            case .repeated: return Array("hello hello hello hello".utf8)
            case .random:
                var random = SeededRandom(seed: 6)
                return random.bytes(1000)
            // Larger than any internal buffer.
            case .large: return [UInt8](repeating: 7, count: 300_000)
            case .json: return Array((0..<5000).map { "[\(1_700_000_000 + $0),\"\($0 % 17)\"]," }.joined().utf8)
            }
        }
    }

    @Test(arguments: Input.allCases) func lz4RoundTrip(_ input: Input) throws {
        let input = input.bytes
        let packed = ByteBuffer()
        try input.withUnsafeBytes { try LZ4.compress($0, into: packed) }
        let output = ByteBuffer()
        output.append("before")
        try LZ4.decompress(packed.bytes, size: input.count, into: output)
        #expect(Array(output.bytes) == Array("before".utf8) + input)
    }

    @Test func lz4RefusesAnotherSize() throws {
        let packed = ByteBuffer()
        try Array("hello hello hello hello".utf8).withUnsafeBytes { try LZ4.compress($0, into: packed) }
        for size in [0, 22, 24, 1000] {
            let output = ByteBuffer()
            #expect(throws: CompressionError.self) { try LZ4.decompress(packed.bytes, size: size, into: output) }
            #expect(output.count == 0)
        }
    }

    @Test(arguments: Input.allCases) func snappyRoundTrip(_ input: Input) throws {
        let input = input.bytes
        let packed = ByteBuffer()
        try input.withUnsafeBytes { try Snappy.compress($0, into: packed) }
        let output = ByteBuffer()
        try Snappy.decompress(packed.bytes, limit: input.count, into: output)
        #expect(Array(output.bytes) == input)
        if !input.isEmpty {
            #expect(throws: CompressionError.outputTooLarge(codec: "snappy", limit: input.count - 1)) {
                try Snappy.decompress(packed.bytes, limit: input.count - 1, into: output)
            }
        }
    }

    @Test(arguments: Input.allCases) func gzipRoundTrip(_ input: Input) throws {
        let input = input.bytes
        let packed = try gzip(input, pieces: 3)
        let output = ByteBuffer()
        try packed.withUnsafeBytes { try Inflate.decompress($0, limit: input.count, into: output) }
        #expect(Array(output.bytes) == input)
        if !input.isEmpty {
            #expect(throws: CompressionError.outputTooLarge(codec: "gzip", limit: input.count - 1)) {
                try packed.withUnsafeBytes { try Inflate.decompress($0, limit: input.count - 1, into: ByteBuffer()) }
            }
        }
    }

    @Test func gzipMembersFollowOneAnother() throws {
        let packed = try gzip(Array("one ".utf8), pieces: 1) + gzip(Array("two".utf8), pieces: 1)
        let output = ByteBuffer()
        try packed.withUnsafeBytes { try Inflate.decompress($0, limit: 100, into: output) }
        #expect(output.text == "one two")
        #expect(throws: CompressionError.outputTooLarge(codec: "gzip", limit: 5)) {
            try packed.withUnsafeBytes { try Inflate.decompress($0, limit: 5, into: ByteBuffer()) }
        }
    }

    /// `zlib.compress(b"hello")` of Python.
    @Test func zlibWrappingIsFoundOut() throws {
        let packed: [UInt8] = [
            0x78, 0x9C, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x06, 0x2C, 0x02, 0x15,
        ]
        let output = ByteBuffer()
        try packed.withUnsafeBytes { try Inflate.decompress($0, limit: 5, into: output) }
        #expect(output.text == "hello")
    }

    @Test func flushedPiecesCanBeUnpackedAtOnce() throws {
        let compressor = try GzipCompressor()
        let packed = ByteBuffer()
        Array("first".utf8).withUnsafeBytes { compressor.update($0, into: packed) }
        compressor.flush(into: packed)
        let output = ByteBuffer()
        #expect(throws: CompressionError.corrupt(codec: "gzip", detail: "the data ends too early")) {
            try Inflate.decompress(packed.bytes, limit: 100, into: output)
        }
        #expect(output.text == "first")
    }

    @Test func cutAndChangedDataIsRefusedNotRead() throws {
        var random = SeededRandom(seed: 7)
        let input = Input.repeated.bytes
        let lz4 = ByteBuffer()
        let snappy = ByteBuffer()
        try input.withUnsafeBytes {
            try LZ4.compress($0, into: lz4)
            try Snappy.compress($0, into: snappy)
        }
        let zipped = try gzip(input, pieces: 1)
        for _ in 0..<300 {
            let output = ByteBuffer()
            damage(Array(lz4.bytes), &random).withUnsafeBytes { bytes in
                _ = try? LZ4.decompress(bytes, size: input.count, into: output)
            }
            damage(Array(snappy.bytes), &random).withUnsafeBytes { bytes in
                _ = try? Snappy.decompress(bytes, limit: 1000, into: output)
            }
            let before = output.count
            let broken = damage(zipped, &random)
            // gzip has a checksum: what is accepted is what was packed.
            if (try? broken.withUnsafeBytes({ try Inflate.decompress($0, limit: 1000, into: output) })) != nil {
                #expect(Array(output.bytes[before...]) == input)
            }
        }
    }

    private func gzip(_ input: [UInt8], pieces: Int) throws -> [UInt8] {
        let compressor = try GzipCompressor(level: 1)
        let packed = ByteBuffer()
        let size = input.count / pieces + 1
        for start in stride(from: 0, to: input.count, by: size) {
            input[start..<min(start + size, input.count)].withUnsafeBytes {
                compressor.update($0, into: packed)
            }
        }
        compressor.finish(into: packed)
        return Array(packed.bytes)
    }

    private func damage(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        if random.chance(0.5) {
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        } else {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
        }
        return bytes
    }
}
