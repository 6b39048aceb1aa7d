import Model
import Platform
import TestSupport
import Testing

@testable import API

@Suite struct SampleJSONTests {
    static func text(_ time: Int64, _ value: Double) -> String {
        let buffer = ByteBuffer()
        SampleJSON.write(time: time, value: value, to: buffer)
        return buffer.text
    }

    @Test func times() {
        #expect(Self.text(0, 1) == #"[0,"1"]"#)
        #expect(Self.text(1_435_781_451_781, 1) == #"[1435781451.781,"1"]"#)
        #expect(Self.text(1_050, 1) == #"[1.050,"1"]"#)
        #expect(Self.text(7, 1) == #"[0.007,"1"]"#)
        #expect(Self.text(-1_500, 1) == #"[-1.500,"1"]"#)
        #expect(Self.text(.min, 1) == #"[-9223372036854775.808,"1"]"#)
    }

    /// Go's `strconv.FormatFloat` with Prometheus's choice of form.
    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-17, "-17"), (0.5, "0.5"), (0.1, "0.1"), (-2.25, "-2.25"),
            (0.001, "0.001"),
            (1.005, "1.005"), (0.0005, "0.0005"), (123456789.123, "123456789.123"), (1e-6, "0.000001"),
            (9.9e-7, "9.9e-07"),
            (1e20, "100000000000000000000"), (1e21, "1e+21"), (123456789012345683968, "123456789012345680000"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (.ordinaryNaN, "NaN"),
            (0.30000000000000004, "0.30000000000000004"),
            (9_007_199_254_740_992, "9007199254740992"), (999_999_999_999.999, "999999999999.999"),
            (1e12, "1000000000000"),
            (4.35, "4.35"), (8.41, "8.41"), (1.1e-5, "0.000011"),
        ] as [(Double, String)])
    func values(value: Double, text: String) {
        #expect(Self.text(1000, value) == "[1,\"\(text)\"]")
    }

    /// The short form must be the one that the general writer gives.
    @Test func shortFormIsTheShortestForm() {
        var random = SeededRandom(seed: 11)
        let buffer = ByteBuffer()
        for _ in 0..<20_000 {
            let decimals = Double(Int.random(in: 0...3, using: &random))
            var scale = 1.0
            for _ in 0..<Int(decimals) { scale *= 10 }
            let magnitude = Int64.random(in: 0...(1 << Int64.random(in: 1...52, using: &random)), using: &random)
            let value = Double(magnitude) / scale
            buffer.removeAll()
            FloatText.writeJSON(value, to: buffer)
            let expected = buffer.text
            #expect(Self.text(0, value) == "[0,\"\(expected)\"]", "seed 11")
        }
    }

    @Test func runsHaveCommas() {
        let times = (0..<1000).map { Int64($0) * 500 }
        let values = (0..<1000).map { $0 % 7 == 0 ? Double($0) / 7.1 : Double($0) }
        let buffer = ByteBuffer()
        times.withUnsafeBufferPointer { times in
            values.withUnsafeBufferPointer { SampleJSON.write(times: times, values: $0, to: buffer) }
        }
        #expect(buffer.text == zip(times, values).map { Self.text($0, $1) }.joined(separator: ","))
    }

    /// From the second series with the same list of times on, their texts are at hand.
    @Test func textsOfTimesAreThoseOfEachTime() {
        var texts = TimeTexts()
        let steps: [Int64] = (0..<600).map { 1_795_174_687_000 + Int64($0) * 15_000 }
        let small: [Int64] = (0..<600).map { Int64($0 - 300) * 7 }
        for times in [steps, small, [.min, -1, 0, 999, 1000, .max]] {
            for round in 0..<3 {
                let values = times.indices.map { row -> Double in
                    row % 5 == round ? -.infinity : Double(row + round) / 7
                }
                let buffer = ByteBuffer()
                texts.withTexts(of: times) { known in
                    #expect((known != nil) == (round > 0))
                    if let known {
                        values.withUnsafeBufferPointer { SampleJSON.write(known, values: $0, to: buffer) }
                        #expect(buffer.text == zip(times, values).map { Self.text($0, $1) }.joined(separator: ","))
                    }
                }
            }
        }
    }
}
