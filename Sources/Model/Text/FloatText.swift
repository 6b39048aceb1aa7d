import CShims
import Platform

/// Numbers as text, the way Go's `strconv` does it.
package enum FloatText {
    /// `strconv.FormatFloat(v, 'f', -1, 64)`: shortest digits, never an exponent. Sample values in
    /// expressions and tables.
    package static func plain(_ value: Double) -> String {
        let buffer = ByteBuffer(capacity: 64)
        write(value, exponentFrom: .infinity, below: 0, to: buffer)
        return buffer.text
    }

    /// `strconv.FormatFloat(v, 'g', -1, 64)`: shortest digits, an exponent below 1e-4 and from 1e6 on.
    package static func general(_ value: Double) -> String {
        let buffer = ByteBuffer(capacity: 64)
        write(value, exponentFrom: 1e6, below: 1e-4, to: buffer)
        return buffer.text
    }

    /// `%f` of an infinity, of NaN, or of a whole number: all digits and six decimals.
    package static func sixDecimals(_ value: Double) -> String {
        if !value.isFinite { return plain(value) }
        let buffer = ByteBuffer(capacity: 352)
        let text = buffer.reserve(352).assumingMemoryBound(to: CChar.self)
        buffer.commit(cshims_double_fixed(value.rounded(), text))
        return buffer.text + ".000000"
    }

    /// Sample values in the API's JSON: an exponent below 1e-6 and from 1e21 on; no quotes.
    package static func writeJSON(_ value: Double, to buffer: ByteBuffer) {
        write(value, exponentFrom: 1e21, below: 1e-6, to: buffer)
    }

    private static func write(
        _ value: Double, exponentFrom upper: Double, below lower: Double, to buffer: ByteBuffer
    ) {
        if value.isNaN { return buffer.append("NaN") }
        if value.isInfinite { return buffer.append(value < 0 ? "-Inf" : "+Inf") }
        let magnitude = value.magnitude
        if magnitude < min(upper, 9_007_199_254_740_992), magnitude == magnitude.rounded(.towardZero) {
            if value.sign == .minus { buffer.append(UInt8(ascii: "-")) }
            return IntegerText.write(UInt64(magnitude), to: buffer)
        }
        if magnitude < upper, magnitude >= lower, writeThousandths(value, to: buffer) { return }
        let start = buffer.reserve(352)
        let text = start.assumingMemoryBound(to: CChar.self)
        if magnitude >= upper || magnitude < lower {
            buffer.commit(cshims_double_scientific(value, text))
        } else if ShortestDecimal.handles(magnitude) {
            let digits = start.assumingMemoryBound(to: UInt8.self)
            buffer.commit(ShortestDecimal.put(value, digits) - digits)
        } else if magnitude < 1 {
            buffer.commit(cshims_double_fixed(value, text))
        } else {
            padDigits(of: value, to: buffer)
        }
    }

    /// Writes a number between 1e-6 and 2^53 in its shortest form and returns the length, at most 32 bytes, of 48 that
    /// may be overwritten; 0, with nothing written, for others.
    @inline(__always)
    package static func putFixed(_ value: Double, _ output: UnsafeMutablePointer<UInt8>) -> Int {
        ShortestDecimal.handles(value.magnitude) ? ShortestDecimal.put(value, output) - output : 0
    }

    /// Writes a value of at most three decimals, as most gauges are; false when it is none. Up to 15 digits no shorter
    /// text reads back as the same value.
    private static func writeThousandths(_ value: Double, to buffer: ByteBuffer) -> Bool {
        let scaled = (value.magnitude * 1000).rounded()
        guard scaled < 1e15, scaled / 1000 == value.magnitude else { return false }
        let (whole, thousandths) = UInt64(scaled).quotientAndRemainder(dividingBy: 1000)
        if value < 0 { buffer.append(UInt8(ascii: "-")) }
        IntegerText.write(whole, to: buffer)
        buffer.append(UInt8(ascii: "."))
        var rest = thousandths
        var weight: UInt64 = 100
        while rest > 0 {
            buffer.append(UInt8(48 + rest / weight))
            rest %= weight
            weight /= 10
        }
        return true
    }

    /// Above 2^53 C++ prints every digit of the value, Go the shortest ones and zeros behind them.
    private static func padDigits(of value: Double, to buffer: ByteBuffer) {
        var scratch = [CChar](repeating: 0, count: 32)
        let length = cshims_double_scientific(value, &scratch)
        var digits: [UInt8] = []
        var exponent = 0
        var index = 0
        while index < length {
            let byte = UInt8(bitPattern: scratch[index])
            if byte == UInt8(ascii: "-") { buffer.append(byte) }
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { digits.append(byte) }
            if byte == UInt8(ascii: "e") {
                index += 2
                while index < length {
                    exponent = exponent * 10 + Int(scratch[index]) - 48
                    index += 1
                }
            }
            index += 1
        }
        buffer.append(digits)
        for _ in digits.count..<max(digits.count, exponent + 1) { buffer.append(UInt8(ascii: "0")) }
    }

    /// Reads a decimal number as `strconv.ParseFloat` does, without hexadecimal and `_`: an optional sign,
    /// digits, fraction and exponent, or Inf, Infinity, NaN in any case. Nil when the text is anything else.
    package static func parse(_ text: UnsafeRawBufferPointer) -> Double? {
        var start = 0
        var negative = false
        if let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            negative = first == UInt8(ascii: "-")
            start = 1
        }
        guard start < text.count else { return nil }
        let first = text[start]
        if first == UInt8(ascii: ".") || (first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9")) {
            var value = 0.0
            let digits = UnsafeRawBufferPointer(rebasing: text[start...])
            guard cshims_parse_double(digits.baseAddress?.assumingMemoryBound(to: CChar.self), digits.count, &value)
            else { return nil }
            return negative ? -value : value
        }
        switch String(decoding: text[start...], as: UTF8.self).lowercased() {
        case "inf", "infinity": return negative ? -.infinity : .infinity
        case "nan": return start == 0 ? .ordinaryNaN : nil
        default: return nil
        }
    }

    package static func parse(_ text: String) -> Double? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }
}

/// Decimal integers without going through `String`.
package enum IntegerText {
    package static func write(_ value: UInt64, to buffer: ByteBuffer) {
        let end = 20
        withUnsafeTemporaryAllocation(byteCount: end, alignment: 1) { digits in
            var position = end
            var rest = value
            repeat {
                position -= 1
                digits[position] = UInt8(48 + rest % 10)
                rest /= 10
            } while rest > 0
            buffer.append(UnsafeRawBufferPointer(rebasing: digits[position..<end]))
        }
    }

    package static func write(_ value: Int64, to buffer: ByteBuffer) {
        if value < 0 { buffer.append(UInt8(ascii: "-")) }
        write(value.magnitude, to: buffer)
    }
}
