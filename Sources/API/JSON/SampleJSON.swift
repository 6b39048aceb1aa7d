import Model
import Platform

/// Samples as `[1435781451.781,"1"]`: seconds with three decimals or none, the value as text.
enum SampleJSON {
    /// Bytes that a sample may overwrite, not counting those whose numbers are too small or too large for a short form.
    private static let sampleBytes = 96
    /// Samples written between two looks at the buffer's room.
    private static let batch = 256

    /// Writes samples with commas between them.
    static func write(
        times: UnsafeBufferPointer<Int64>, values: UnsafeBufferPointer<Double>, to buffer: ByteBuffer
    ) {
        var clock = SecondsText()
        write(values, to: buffer) { row, output in clock.putOpening(times[row], &output) }
    }

    /// The same with the texts of the times at hand.
    static func write(
        _ texts: UnsafeBufferPointer<TimeTexts.Text>, values: UnsafeBufferPointer<Double>, to buffer: ByteBuffer
    ) {
        write(values, to: buffer) { row, output in
            UnsafeMutableRawPointer(output).storeBytes(of: texts[row], as: TimeTexts.Text.self)
            output += TimeTexts.length(of: texts[row])
        }
    }

    /// `putOpening` writes what stands in front of a row's value.
    @inline(__always) private static func write(
        _ values: UnsafeBufferPointer<Double>, to buffer: ByteBuffer,
        _ putOpening: (Int, inout UnsafeMutablePointer<UInt8>) -> Void
    ) {
        var row = 0
        while row < values.count {
            let end = min(row + batch, values.count)
            let start = buffer.reserve((end - row) * sampleBytes).assumingMemoryBound(to: UInt8.self)
            var output = start
            while row < end {
                putOpening(row, &output)
                if !putShort(values[row], &output) {
                    let length = FloatText.putFixed(values[row], output)
                    if length == 0 { break }
                    output += length
                }
                put(UInt8(ascii: "\""), &output)
                put(UInt8(ascii: "]"), &output)
                put(UInt8(ascii: ","), &output)
                row += 1
            }
            buffer.commit(output - start)
            if row < end {
                FloatText.writeJSON(values[row], to: buffer)
                buffer.append("\"],")
                row += 1
            }
        }
        // The last comma.
        if row > 0 { buffer.truncate(to: buffer.count - 1) }
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
        var clock = SecondsText()
        clock.put(milliseconds, &output)
        buffer.commit(output - start)
    }

    /// What stands in front of a value: `[1435781451.781,"`; returns its length, at most 24 bytes of 32 that may be
    /// overwritten.
    static func putOpening(
        _ milliseconds: Int64, _ clock: inout SecondsText, _ start: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var output = start
        clock.putOpening(milliseconds, &output)
        return output - start
    }

    /// Writes times; neighbouring ones differ only in their last digits.
    struct SecondsText {
        /// The digits before the last four of the last time that had some, and what they stand for.
        private var digits: (UInt64, UInt64) = (0, 0)
        private var length = 0
        private var high: UInt64 = 0

        @inline(__always)
        fileprivate mutating func putOpening(_ milliseconds: Int64, _ output: inout UnsafeMutablePointer<UInt8>) {
            SampleJSON.put(UInt8(ascii: "["), &output)
            put(milliseconds, &output)
            SampleJSON.put(UInt8(ascii: ","), &output)
            SampleJSON.put(UInt8(ascii: "\""), &output)
        }

        @inline(__always)
        fileprivate mutating func put(_ milliseconds: Int64, _ output: inout UnsafeMutablePointer<UInt8>) {
            if milliseconds < 0 { SampleJSON.put(UInt8(ascii: "-"), &output) }
            let (seconds, fraction) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
            let (high, low) = seconds.quotientAndRemainder(dividingBy: 10_000)
            if high == 0 {
                putDigits(low, &output)
            } else {
                if high != self.high { learn(high) }
                UnsafeMutableRawPointer(output).storeBytes(of: digits.0, as: UInt64.self)
                UnsafeMutableRawPointer(output + 8).storeBytes(of: digits.1, as: UInt64.self)
                output += length
                putFraction(low, digits: 4, &output)
            }
            if fraction == 0 { return }
            SampleJSON.put(UInt8(ascii: "."), &output)
            putFraction(fraction, digits: 3, &output)
        }

        private mutating func learn(_ high: UInt64) {
            self.high = high
            withUnsafeMutableBytes(of: &digits) { bytes in
                guard var output = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
                let start = output
                putDigits(high, &output)
                length = output - start
            }
        }
    }

    @inline(__always)
    private static func put(_ byte: UInt8, _ output: inout UnsafeMutablePointer<UInt8>) {
        output.pointee = byte
        output += 1
    }

    /// Integers, and numbers of at most three decimals and 15 digits, for which the decimal form is the
    /// shortest one that reads back. False, with nothing written, for all others.
    @inline(__always)
    private static func putShort(_ value: Double, _ output: inout UnsafeMutablePointer<UInt8>) -> Bool {
        let magnitude = value.magnitude
        // Also false for NaN.
        guard magnitude < 1e12 else { return false }
        // Rounded without a call into the mathematics library, which costs more than all the rest.
        let scaled = Int64(magnitude * 1000 + 0.5)
        guard Double(scaled) / 1000 == magnitude else { return false }
        if value.sign == .minus { put(UInt8(ascii: "-"), &output) }
        let whole = scaled.magnitude / 1000
        var fraction = scaled.magnitude % 1000
        putDigits(whole, &output)
        if fraction == 0 { return true }
        put(UInt8(ascii: "."), &output)
        var decimals = 3
        while fraction % 10 == 0 {
            fraction /= 10
            decimals -= 1
        }
        putFraction(fraction, digits: decimals, &output)
        return true
    }

    /// With leading zeros.
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
