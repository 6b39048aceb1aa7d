import Model
import Platform

/// Samples as `[1435781451.781,"1"]`: seconds with three decimals or none, the value as text.
enum SampleJSON {
    /// Bytes of the longest sample that `put` writes, and of those that need `FloatText`.
    private static let sampleBytes = 64
    /// Samples written between two looks at the buffer's room.
    private static let batch = 256

    /// Writes samples with commas between them.
    static func write(
        times: UnsafeBufferPointer<Int64>, values: UnsafeBufferPointer<Double>, to buffer: ByteBuffer
    ) {
        var row = 0
        while row < times.count {
            let end = min(row + batch, times.count)
            let start = buffer.reserve((end - row) * sampleBytes).assumingMemoryBound(to: UInt8.self)
            var output = start
            while row < end {
                if row > 0 { put(UInt8(ascii: ","), &output) }
                put(UInt8(ascii: "["), &output)
                putSeconds(times[row], &output)
                put(UInt8(ascii: ","), &output)
                put(UInt8(ascii: "\""), &output)
                let isWritten = putShort(values[row], &output)
                if !isWritten { break }
                put(UInt8(ascii: "\""), &output)
                put(UInt8(ascii: "]"), &output)
                row += 1
            }
            buffer.commit(output - start)
            if row < end {
                FloatText.writeJSON(values[row], to: buffer)
                buffer.append("\"]")
                row += 1
            }
        }
    }

    static func write(time: Int64, value: Double, to buffer: ByteBuffer) {
        withUnsafePointer(to: time) { time in
            withUnsafePointer(to: value) { value in
                write(
                    times: UnsafeBufferPointer(start: time, count: 1),
                    values: UnsafeBufferPointer(start: value, count: 1), to: buffer)
            }
        }
    }

    /// Only the time; for string results.
    static func writeSeconds(_ milliseconds: Int64, to buffer: ByteBuffer) {
        let start = buffer.reserve(sampleBytes).assumingMemoryBound(to: UInt8.self)
        var output = start
        putSeconds(milliseconds, &output)
        buffer.commit(output - start)
    }

    @inline(__always)
    private static func put(_ byte: UInt8, _ output: inout UnsafeMutablePointer<UInt8>) {
        output.pointee = byte
        output += 1
    }

    @inline(__always)
    private static func putSeconds(_ milliseconds: Int64, _ output: inout UnsafeMutablePointer<UInt8>) {
        if milliseconds < 0 { put(UInt8(ascii: "-"), &output) }
        let (seconds, fraction) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        putDigits(seconds, &output)
        if fraction == 0 { return }
        put(UInt8(ascii: "."), &output)
        putFraction(fraction, digits: 3, &output)
    }

    /// Integers, and numbers of at most three decimals and 15 digits, for which the decimal form is the
    /// shortest one that reads back. False, with nothing written, for all others.
    @inline(__always)
    private static func putShort(_ value: Double, _ output: inout UnsafeMutablePointer<UInt8>) -> Bool {
        let magnitude = value.magnitude
        // Also false for NaN.
        guard magnitude < 1e12 else { return false }
        var scaled = magnitude
        var decimals = 0
        var scale = 1.0
        while scaled != scaled.rounded(.towardZero) || scaled / scale != magnitude {
            decimals += 1
            if decimals > 3 { return false }
            scale *= 10
            scaled = (magnitude * scale).rounded()
        }
        if value.sign == .minus { put(UInt8(ascii: "-"), &output) }
        if decimals == 0 {
            putDigits(UInt64(scaled), &output)
            return true
        }
        let (whole, fraction) = UInt64(scaled).quotientAndRemainder(dividingBy: UInt64(scale))
        putDigits(whole, &output)
        put(UInt8(ascii: "."), &output)
        putFraction(fraction, digits: decimals, &output)
        return true
    }

    /// With leading zeros; at most three digits.
    @inline(__always)
    private static func putFraction(
        _ fraction: UInt64, digits: Int, _ output: inout UnsafeMutablePointer<UInt8>
    ) {
        var rest = fraction
        var position = digits
        while position > 0 {
            position -= 1
            output[position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        output += digits
    }

    @inline(__always)
    private static func putDigits(_ value: UInt64, _ output: inout UnsafeMutablePointer<UInt8>) {
        var length = 1
        var bound: UInt64 = 10
        while value >= bound, length < 20 {
            length += 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            bound = overflow ? .max : next
        }
        var rest = value
        var position = length
        while position > 0 {
            position -= 1
            output[position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        output += length
    }
}
