/// Which of a frame's integers are not zero, lowest bit first.
///
/// What is scraped more often than it is updated changes at every second, third or fourth row: the bitmap repeats a
/// pattern of so many bits, and only that is written.
struct FrameBitmap {
    /// The longest pattern: a period less one has five bits in a frame's byte.
    static let longestPattern = 32

    private var bits: UInt128 = 0

    var low: UInt64 { UInt64(truncatingIfNeeded: bits) }
    var high: UInt64 { UInt64(truncatingIfNeeded: bits &>> 64) }
    var ones: Int { low.nonzeroBitCount &+ high.nonzeroBitCount }

    init() {}

    /// Of 1...128 integers.
    init(_ integers: UnsafePointer<Int64>, _ count: Int) {
        var (low, high): (UInt64, UInt64) = (0, 0)
        for index in 0..<min(count, 64) {
            low |= (integers[index] == 0 ? 0 : 1) &<< UInt64(truncatingIfNeeded: index)
        }
        for index in 64..<max(count, 64) {
            high |= (integers[index] == 0 ? 0 : 1) &<< UInt64(truncatingIfNeeded: index &- 64)
        }
        bits = Self.bits(low, high)
    }

    private static func bits(_ low: UInt64, _ high: UInt64) -> UInt128 { UInt128(high) &<< 64 | UInt128(low) }

    /// The length of the shortest pattern, of 2 to 32 bits, that stands in the first `count` bits at least twice and
    /// nothing else; nil if there is none.
    func period(_ count: Int) -> Int? {
        var period = 2
        while period <= min(count / 2, Self.longestPattern) {
            if (bits ^ bits &>> UInt128(period)) & Self.lowest(count &- period) == 0 { return period }
            period &+= 1
        }
        return nil
    }

    private static func lowest(_ count: Int) -> UInt128 { UInt128.max &>> UInt128(128 &- count) }

    /// Bytes of a bitmap, or of a pattern, of so many bits.
    @inline(__always) static func length(_ count: Int) -> Int { (count &+ 7) &>> 3 }

    /// Writes the lowest `count` bits; returns the end.
    func write(_ count: Int, to output: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var bits = bits & Self.lowest(count)
        let length = Self.length(count)
        for index in 0..<length {
            output.storeBytes(of: UInt8(truncatingIfNeeded: bits), toByteOffset: index, as: UInt8.self)
            bits &>>= 8
        }
        return output + length
    }

    /// Reads `count` bits and moves behind them.
    init(_ cursor: inout UnsafeRawPointer, of input: PackedInput, _ count: Int) throws(ChunkError) {
        let length = Self.length(count)
        if length > input.end - cursor { throw .truncated }
        bits = Self.bits(Self.load(cursor, min(length, 8)), Self.load(cursor + 8, length &- 8))
        cursor += length
        // A one behind the last integer.
        if bits & ~Self.lowest(count) != 0 { throw .malformed }
    }

    /// Reads a pattern of `period` + 1 bits, moves behind it and repeats it over `count` bits.
    init(
        repeating period: UInt8, _ cursor: inout UnsafeRawPointer, of input: PackedInput, _ count: Int
    ) throws(ChunkError) {
        let length = Int(period) &+ 1
        if length == 1 || 2 &* length > count { throw .malformed }
        bits = try FrameBitmap(&cursor, of: input, length).bits
        var known = length
        while known < count {
            bits |= bits &<< UInt128(known)
            known &*= 2
        }
        bits &= Self.lowest(count)
    }

    private static func load(_ address: UnsafeRawPointer, _ length: Int) -> UInt64 {
        if length == 8 { return UInt64(littleEndian: address.loadUnaligned(as: UInt64.self)) }
        var word: UInt64 = 0
        for index in 0..<max(length, 0) {
            word |= UInt64((address + index).load(as: UInt8.self)) &<< UInt64(8 &* index)
        }
        return word
    }
}
