import Model
import TestSupport
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("0", 0), ("0s", 0), ("1ms", 1), ("5m", 300_000), ("1h30m", 5_400_000), ("1d", 86_400_000),
        ("1w", 604_800_000), ("1y2w3d4h5m6s7ms", 33_019_506_007), ("292y", 9_208_512_000_000),
    ])
    func reads(text: String, milliseconds: Int64) throws {
        #expect(try DurationText.parse(text) == milliseconds)
    }

    @Test(arguments: [
        ("", "empty duration string"), ("1", "not a valid duration string: \"1\""),
        ("m", "not a valid duration string: \"m\""), ("5m1h", "not a valid duration string: \"5m1h\""),
        ("5m5m", "not a valid duration string: \"5m5m\""), ("-1s", "not a valid duration string: \"-1s\""),
        ("1.5h", "unknown unit \".\" in duration \"1.5h\""), ("1x", "unknown unit \"x\" in duration \"1x\""),
        ("300y", "duration out of range"), ("9223372036854775807s", "duration out of range"),
        ("99999999999999999999s", "not a valid duration string: \"99999999999999999999s\""),
    ])
    func refuses(text: String, message: String) {
        #expect(throws: DurationText.Problem.self) { try DurationText.parse(text) }
        do throws(DurationText.Problem) {
            _ = try DurationText.parse(text)
        } catch {
            #expect(error.description == message)
        }
    }

    @Test(arguments: [
        (0, "0s"), (1, "1ms"), (1001, "1s1ms"), (90_000, "1m30s"), (604_800_000, "1w"), (691_200_000, "8d"),
        (31_536_000_000, "1y"), (31_536_000_001, "365d1ms"), (-300_000, "-5m"),
    ])
    func writes(milliseconds: Int64, text: String) {
        #expect(DurationText.text(milliseconds) == text)
    }

    @Test func whatIsWrittenReadsBack() throws {
        let seed: UInt64 = 7
        var random = SeededRandom(seed: seed)
        for _ in 0..<2000 {
            // Up to 292 years, of all magnitudes.
            let milliseconds = Int64(random.next() >> UInt64.random(in: 21...63, using: &random))
            #expect(try DurationText.parse(DurationText.text(milliseconds)) == milliseconds, "seed \(seed)")
        }
    }

    @Test func parametersMayBeSeconds() throws {
        #expect(try DurationText.parse(parameter: "15") == 15_000)
        #expect(try DurationText.parse(parameter: "0.0005") == 1)
        #expect(try DurationText.parse(parameter: "5m") == 300_000)
        for (text, message) in [
            ("abc", "cannot parse \"abc\" to a valid duration"),
            ("1e20", "cannot parse \"1e20\" to a valid duration. It overflows int64"),
        ] {
            do throws(DurationText.Problem) {
                _ = try DurationText.parse(parameter: text)
                Issue.record("\(text) was accepted")
            } catch {
                #expect(error.description == message)
            }
        }
    }
}
