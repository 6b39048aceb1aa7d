import Chunks
import Model
import Platform

/// Writes XOR2 chunks by the words of the format, one bit run after the other: the decoder's counterpart, for tests only.
struct XOR2Encoder {
    enum Starts {
        case none, first
        /// From this sample on.
        case from(Int)
    }

    private var bits: [Bool] = []
    private var baseline: UInt64 = 0
    private var leading = 0
    private var trailing = 0

    static func encode(_ times: [Int64], _ values: [Double], _ starts: Starts) -> [UInt8] {
        var encoder = XOR2Encoder()
        var header: UInt8 = 0
        var firstStart = Int.max
        switch starts {
        case .none: break
        case .first: header = 0x80
        case .from(let index):
            firstStart = index
            header = UInt8(index)
        }
        var distance: Int64 = 0
        for index in times.indices {
            let value = values[index].bitPattern
            if index == 0 {
                encoder.put(varint: Varint.zigzag(times[0]))
                encoder.put(value, 64)
                if value != Double.staleMarker.bitPattern { encoder.baseline = value }
                if header == 0x80 { encoder.put(varint: Varint.zigzag(12_345)) }
                continue
            }
            let step = times[index] - times[index - 1]
            if index == 1 {
                encoder.put(varint: UInt64(step))
                encoder.putValue(value)
            } else {
                encoder.putJoint(step - distance, value)
            }
            distance = step
            if index >= firstStart { encoder.putStart(index) }
        }
        while encoder.bits.count % 8 != 0 { encoder.bits.append(false) }
        var bytes = [UInt8(times.count >> 8), UInt8(times.count & 255), header]
        for start in stride(from: 0, to: encoder.bits.count, by: 8) {
            bytes.append(encoder.bits[start..<start + 8].reduce(0) { $0 << 1 | ($1 ? 1 : 0) })
        }
        return bytes
    }

    private mutating func put(_ value: UInt64, _ width: Int) {
        for bit in (0..<width).reversed() { bits.append(value >> UInt64(bit) & 1 == 1) }
    }

    private mutating func put(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            put(rest & 0x7f | 0x80, 8)
            rest >>= 7
        }
        put(rest, 8)
    }

    private mutating func putJoint(_ change: Int64, _ value: UInt64) {
        let isStale = value == Double.staleMarker.bitPattern
        if change == 0 {
            if isStale { return put(0b11111, 5) }
            if value == baseline { return put(0, 1) }
            put(0b10, 2)
            return putDifference(value, reuse: (0, 1), open: (1, 1))
        }
        let pattern = UInt64(bitPattern: change)
        if change >= -4096 && change <= 4095 {
            put(0b110, 3)
            put(pattern & 0x1fff, 13)
        } else if change >= -524_288 && change <= 524_287 {
            put(0b1110, 4)
            put(pattern & 0xfffff, 20)
        } else {
            put(0b11110, 5)
            put(pattern, 64)
        }
        putValue(value)
    }

    private mutating func putValue(_ value: UInt64) {
        if value == Double.staleMarker.bitPattern { return put(0b111, 3) }
        if value == baseline { return put(0, 1) }
        putDifference(value, reuse: (0b10, 2), open: (0b110, 3))
    }

    private mutating func putDifference(_ value: UInt64, reuse: (UInt64, Int), open: (UInt64, Int)) {
        let difference = value ^ baseline
        baseline = value
        let (newLeading, newTrailing) = (min(difference.leadingZeroBitCount, 31), difference.trailingZeroBitCount)
        if trailing + leading > 0, newLeading >= leading, newTrailing >= trailing {
            put(reuse.0, reuse.1)
        } else {
            (leading, trailing) = (newLeading, newTrailing)
            put(open.0, open.1)
            put(UInt64(leading), 5)
            put(UInt64(64 - leading - trailing) & 63, 6)
        }
        put(difference >> UInt64(trailing), 64 - leading - trailing)
    }

    /// Numbers of every width by turns.
    private mutating func putStart(_ index: Int) {
        let (ones, width) = [(0, 0), (1, 3), (2, 6), (3, 9), (4, 12), (5, 18), (6, 25), (7, 56), (8, 64)][index % 9]
        for _ in 0..<ones { put(1, 1) }
        if ones < 8 { put(0, 1) }
        for _ in 0..<width { put(1, 1) }
    }
}
