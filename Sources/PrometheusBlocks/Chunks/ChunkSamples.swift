import Chunks
import Platform

/// The samples of the chunk that was decoded last, and the memory for the next one. Not thread safe.
package final class ChunkSamples {
    /// A chunk counts its samples with 16 bits.
    private static let capacity = Int(UInt16.max)
    /// So many bytes behind the present bit may be looked at before the end of the chunk is checked: a sample's 64
    /// bits of time, 75 of value and 72 of start time, and a word that is fetched for the last of them.
    private static let slack = 48

    let mutableTimes = UnsafeMutablePointer<Int64>.allocate(capacity: ChunkSamples.capacity)
    let mutableValues = UnsafeMutablePointer<Double>.allocate(capacity: ChunkSamples.capacity)
    package internal(set) var count = 0
    private let copy = ByteBuffer(capacity: 4096)

    package init() {}

    deinit {
        mutableTimes.deallocate()
        mutableValues.deallocate()
    }

    package var times: UnsafePointer<Int64> { UnsafePointer(mutableTimes) }
    package var values: UnsafePointer<Double> { UnsafePointer(mutableValues) }

    /// A copy of a chunk's bytes with zeros behind them, so that decoders may fetch whole words.
    func padded(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
        copy.removeAll()
        copy.append(bytes)
        copy.reserve(Self.slack).initializeMemory(as: UInt8.self, repeating: 0, count: Self.slack)
        return UnsafeRawPointer(copy.base)
    }
}

/// Why the bits of a chunk make no sense.
enum ChunkDamage: String, Error {
    case truncated = "chunk is cut short"
    case malformed = "chunk is malformed"
}

/// Numbers at the present bit of a chunk.
enum ChunkBits {
    /// A varint that begins at any bit.
    static func uvarint(_ bytes: UnsafeRawPointer, _ position: inout Int) throws(ChunkDamage) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let byte = BitKernelInput.peek(bytes, position) >> 56
            position += 8
            value |= (byte & 0x7f) &<< shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .malformed
    }

    static func varint(_ bytes: UnsafeRawPointer, _ position: inout Int) throws(ChunkDamage) -> Int64 {
        Varint.unzigzag(try uvarint(bytes, &position))
    }

    /// `width` bits as a number whose largest positive value is a power of two: Prometheus puts the one number that
    /// two's complement leaves over at the upper end.
    @inline(__always)
    static func signed(_ bits: UInt64, width: Int) -> Int64 {
        let isNegative = bits > 1 &<< UInt64(width &- 1)
        return Int64(bitPattern: isNegative ? bits &- 1 &<< UInt64(width) : bits)
    }
}

/// The bits of a value that differ from the value before, as both XOR encodings place them.
struct XORWindow {
    var length = 64
    var trailing = 0

    /// Reads a window: 5 bits of leading zeros, 6 of length (0 for 64).
    @inline(__always)
    mutating func read(_ bytes: UnsafeRawPointer, _ position: inout Int) throws(ChunkDamage) {
        let word = BitKernelInput.peek(bytes, position)
        let leading = Int(word >> 59)
        let field = Int(word >> 53 & 63)
        length = field == 0 ? 64 : field
        trailing = 64 &- leading &- length
        position &+= 11
        if trailing < 0 { throw .malformed }
    }

    /// The difference in the present window.
    @inline(__always)
    func difference(_ bytes: UnsafeRawPointer, _ position: inout Int) -> UInt64 {
        let bits = BitKernelInput.fetch(bytes, position) &>> UInt64(64 &- length)
        position &+= length
        return bits &<< UInt64(trailing)
    }
}
