import Model
import Platform
import TestSupport
import Testing

@Suite struct FloatTextTests {
    @Test(arguments: [
        (0.0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (1e6, "1000000"), (0.1, "0.1"), (1e-7, "0.0000001"),
        (123_456_789_012_345_683_968, "123456789012345680000"), (1e21, "1000000000000000000000"),
        (0.125, "0.125"), (-12.05, "-12.05"), (0.001, "0.001"), (0.0005, "0.0005"),
        (99_999_999_999.999, "99999999999.999"),
        (9_007_199_254_740_992, "9007199254740992"), (1.5e300, "15" + String(repeating: "0", count: 299)),
        (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
    func plainNeverHasAnExponent(value: Double, text: String) {
        #expect(FloatText.plain(value) == text)
    }

    @Test(arguments: [
        (1.0, "1"), (100_000, "100000"), (999_999.5, "999999.5"), (1e6, "1e+06"), (1_234_567, "1.234567e+06"),
        (0.0001, "0.0001"), (0.000_012, "1.2e-05"), (1e100, "1e+100"), (5.937322571024e12, "5.937322571024e+12"),
        (-0.0, "-0"), (.infinity, "+Inf"),
    ])
    func generalSwitchesToAnExponent(value: Double, text: String) {
        #expect(FloatText.general(value) == text)
    }

    @Test(arguments: [
        (1.0, "1"), (1e6, "1000000"), (1e-6, "0.000001"), (9.99e-7, "9.99e-07"), (1e20, "100000000000000000000"),
        (1e21, "1e+21"), (0.30000000000000004, "0.30000000000000004"), (.nan, "NaN"), (-.infinity, "-Inf"),
        (123_456_789_012_345_683_968, "123456789012345680000"), (-Double.leastNonzeroMagnitude, "-5e-324"),
    ])
    func sampleValuesOfTheAPI(value: Double, text: String) {
        let buffer = ByteBuffer()
        FloatText.writeJSON(value, to: buffer)
        #expect(buffer.text == text)
    }

    @Test func everyFormReadsBackAsTheSameValue() {
        let seed: UInt64 = 0x5eed_f10a7
        var random = SeededRandom(seed: seed)
        for _ in 0..<3000 {
            let value: Double
            switch Int.random(in: 0..<4, using: &random) {
            case 0: value = Double(bitPattern: random.next())
            case 1: value = Double(Int64.random(in: -(1 << 60)...(1 << 60), using: &random))
            case 2: value = Double(Int64.random(in: -1_000_000...1_000_000, using: &random)) / 1000
            default: value = Double.random(in: -1e-3...1e-3, using: &random)
            }
            if value.isNaN { continue }
            let buffer = ByteBuffer()
            FloatText.writeJSON(value, to: buffer)
            for text in [FloatText.plain(value), FloatText.general(value), buffer.text] {
                #expect(FloatText.parse(text)?.bitPattern == value.bitPattern, "seed \(seed): \(value) as \(text)")
                #expect(Self.digits(text).count <= 17, "seed \(seed): \(text) is not the shortest")
            }
        }
    }

    /// The standard library finds the shortest digits in another way.
    @Test func digitsAreTheShortestAndNearest() {
        let seed: UInt64 = 0xdec1_3a1
        var random = SeededRandom(seed: seed)
        for round in 0..<60_000 {
            let value: Double
            switch round % 5 {
            case 0: value = Double(sign: .plus, exponent: .random(in: -20...52, using: &random), significand: 1)
            case 1:
                let exponent = UInt64.random(in: 1003...1075, using: &random)
                value = Double(bitPattern: random.next() >> 12 | exponent << 52)
            case 2: value = Double(Int.random(in: 0...1_000_000_000, using: &random)) / 20 / 3
            case 3: value = Double(Int64.random(in: 1...1 << 52, using: &random)) / 1e6
            default: value = Double.random(in: 1e-6...1e-3, using: &random)
            }
            for number in [value.nextDown, value, -value, value.nextUp] {
                let text = FloatText.plain(number)
                #expect(FloatText.parse(text)?.bitPattern == number.bitPattern, "seed \(seed): \(number) as \(text)")
                #expect(Self.digits(text) == Self.digits("\(number)"), "seed \(seed): \(number) as \(text)")
            }
        }
    }

    /// The digits between the first and the last that is not zero.
    private static func digits(_ text: String) -> Substring {
        let mantissa = text.prefix { $0 != "e" }.filter(\.isNumber)
        let front = mantissa.drop { $0 == "0" }
        return front.dropLast(front.reversed().prefix { $0 == "0" }.count)[...]
    }

    @Test(arguments: [
        ("1", 1.0), ("+1", 1), ("-1.5e3", -1500), (".5", 0.5), ("5.", 5), ("1e-2", 0.01), ("Inf", .infinity),
        ("-inf", -.infinity), ("+Infinity", .infinity),
    ])
    func reads(text: String, value: Double) {
        #expect(FloatText.parse(text) == value)
    }

    @Test(arguments: ["", "+", "-", ".", "e5", "1e", "1 ", " 1", "0x10", "1_000", "infin", "-nan", "1.2.3", "--1"])
    func refuses(text: String) {
        #expect(FloatText.parse(text) == nil)
    }

    @Test func readsTheOneNaN() {
        #expect(FloatText.parse("nAn")?.bitPattern == Double.ordinaryNaN.bitPattern)
    }

    @Test func integersAtTheirBounds() {
        let buffer = ByteBuffer()
        IntegerText.write(Int64.min, to: buffer)
        buffer.append(UInt8(ascii: " "))
        IntegerText.write(UInt64.max, to: buffer)
        #expect(buffer.text == "-9223372036854775808 18446744073709551615")
    }
}
