import Chunks
import Platform
import TestSupport

/// Values and times like those of real series, and worse ones.
enum ChunkSamples {
    /// Bit patterns that arithmetic would not keep.
    static let oddPatterns: [UInt64] = [
        0, 1 << 63, 1, .max, 0x7ff0_0000_0000_0000, 0xfff0_0000_0000_0000, 0x7ff0_0000_0000_0002,
        0x7ff0_0000_0000_00a5, 0x7ff8_0000_0000_0001, 0xfff8_dead_beef_0001, 0x0010_0000_0000_0000,
        1 << 32, 1 << 31,
    ]

    static func values(_ count: Int, _ random: inout SeededRandom) -> [Double] {
        if random.oneIn(2) { return decimals(count, &random) }
        var values: [Double] = []
        var last = Double(Int.random(in: -1000...1_000_000, using: &random))
        let kind = Int.random(in: 0..<7, using: &random)
        for _ in 0..<count {
            switch kind {
            case 0: break
            case 1: last += Double(Int.random(in: 0...50, using: &random))
            case 2: last = Double(Int.random(in: -10_000...10_000, using: &random)) / 100
            case 3: last = Double(bitPattern: random.next())
            case 4: if random.oneIn(8) { last += 1 }
            case 5: last = Double(bitPattern: random.pick(oddPatterns))
            default: last = random.oneIn(2) ? Double(bitPattern: 1 << (random.next() % 64)) : last
            }
            values.append(last)
        }
        return values
    }

    /// Integers and decimals as counters and gauges have them, with resets, leaps, common factors, and values between
    /// them that are no decimals.
    static func decimals(_ count: Int, _ random: inout SeededRandom) -> [Double] {
        let digits = random.oneIn(3) ? 0 : Int.random(in: 0...16, using: &random)
        let power = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        let steps = Int64.random(in: -1...1 << random.pick([1, 4, 9, 20, 40, 62]), using: &random)
        let factor = random.pick([1, 1, 1, 4096, 1000, 3] as [Int64])
        let stillness = random.pick([1, 2, 2, 10, 100])
        let pattern = (0..<Int.random(in: 2...40, using: &random)).map { _ in random.oneIn(2) }
        let isPeriodic = random.oneIn(4)
        let isSigned = random.oneIn(2)
        let isSmooth = random.oneIn(4)
        var speed: Int64 = 0
        let oddness = random.oneIn(3) ? random.pick([3, 20, 100, 400]) : Int.max
        var integer = Int64.random(in: -1_000_000...1 << 52, using: &random) >> Int64.random(in: 0...50, using: &random)
        return (0..<count).map { row in
            if isPeriodic ? pattern[row % pattern.count] : stillness == 1 || random.oneIn(stillness) {
                let step = Int64.random(in: min(0, steps)...max(0, steps), using: &random)
                let change = (isSigned && random.oneIn(2) ? 0 &- step : step) &* factor
                speed = isSmooth ? speed &+ change : change
                integer &+= speed
            }
            if random.oneIn(100) { integer = random.oneIn(2) ? 0 : Int64(bitPattern: random.next()) }
            if oddness < Int.max && random.oneIn(oddness) { return Double(bitPattern: random.pick(oddPatterns)) }
            return Double(integer) / power
        }
    }

    /// A column that follows another one like the bucket of a histogram, mostly.
    static func follower(of values: [Double], _ random: inout SeededRandom) -> [Double] {
        var above = Double(Int.random(in: 0...1000, using: &random))
        let oddness = random.pick([50, 1000, Int.max])
        return values.map { value in
            if random.oneIn(3) { above += Double(Int.random(in: 0...3, using: &random)) }
            if oddness < Int.max && random.oneIn(oddness) { return Double(bitPattern: random.pick(oddPatterns)) }
            return value + above
        }
    }

    /// Strictly increasing, anywhere in the range of 64 bits.
    static func times(_ count: Int, _ random: inout SeededRandom) -> [Int64] {
        let kind = Int.random(in: 0..<6, using: &random)
        if kind == 0 { return Set((0..<count).map { _ in Int64(bitPattern: random.next()) }).sorted() }
        var time = Int64.random(in: -1 << 40...1 << 41, using: &random)
        let interval = random.pick([1, 15, 1000, 5000, 15_000, 60_000, 86_400_000] as [Int64])
        return (0..<count).map { _ in
            switch kind {
            case 1: time += interval
            case 2: time += max(1, interval + Int64.random(in: -3...3, using: &random))
            case 3: time += random.oneIn(20) ? interval * 7 : interval
            case 4: time += Int64.random(in: 1...interval, using: &random)
            default: time += 1 + Int64(bitPattern: random.next() >> UInt64.random(in: 14...63, using: &random))
            }
            return time
        }
    }

    static func encode(_ values: [Double]) -> [UInt8] {
        let buffer = ByteBuffer()
        values.withUnsafeBufferPointer { ValueChunk.encode($0, into: buffer) }
        return Array(buffer.bytes)
    }

    static func encode(_ times: [Int64]) -> [UInt8] {
        let buffer = ByteBuffer()
        times.withUnsafeBufferPointer { TimestampChunk.encode($0, into: buffer) }
        return Array(buffer.bytes)
    }

    /// The bytes lie at the end of their memory, so that the address sanitizer sees reads beyond them.
    static func decodeValues(_ bytes: [UInt8], _ count: Int) throws(ChunkError) -> [Double] {
        var values = [Double](repeating: 0, count: count)
        try decode(bytes, &values) { (bytes, output) throws(ChunkError) in
            try ValueChunk.decode(bytes, count: count, into: output)
        }
        return values
    }

    static func encode(_ values: [Double], relativeTo neighbour: [Double]) -> [UInt8] {
        let buffer = ByteBuffer()
        values.withUnsafeBufferPointer { values in
            neighbour.withUnsafeBufferPointer { neighbour in
                let isRelative = ValueChunk.encode(values, relativeTo: neighbour, into: buffer)
                precondition(isRelative == ValueChunk.isRelative(buffer.bytes))
            }
        }
        return Array(buffer.bytes)
    }

    static func decodeValues(_ bytes: [UInt8], relativeTo neighbour: [Double]) throws(ChunkError) -> [Double] {
        var values = [Double](repeating: 0, count: neighbour.count)
        let copy = UnsafeMutableBufferPointer<Double>.allocate(capacity: neighbour.count)
        defer { copy.deallocate() }
        _ = copy.initialize(fromContentsOf: neighbour)
        try decode(bytes, &values) { (bytes, output) throws(ChunkError) in
            try ValueChunk.decode(bytes, relativeTo: UnsafeBufferPointer(copy), into: output)
        }
        return values
    }

    static func decodeTimes(_ bytes: [UInt8], _ count: Int) throws(ChunkError) -> [Int64] {
        var times = [Int64](repeating: 0, count: count)
        try decode(bytes, &times) { (bytes, output) throws(ChunkError) in
            try TimestampChunk.decode(bytes, count: count, into: output)
        }
        return times
    }

    private static func decode<Element>(
        _ bytes: [UInt8], _ output: inout [Element],
        _ body: (UnsafeRawBufferPointer, UnsafeMutablePointer<Element>) throws(ChunkError) -> Void
    ) throws(ChunkError) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        let elements = UnsafeMutablePointer<Element>.allocate(capacity: output.count)
        defer { elements.deallocate() }
        elements.initialize(from: output, count: output.count)
        try body(UnsafeRawBufferPointer(memory), elements)
        output = Array(UnsafeBufferPointer(start: elements, count: output.count))
    }
}
