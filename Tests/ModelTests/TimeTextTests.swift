import Foundation
import Model
import TestSupport
import Testing

@Suite struct TimeTextTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_763_614_800_123, "2025-11-20T05:00:00.123Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func writes(milliseconds: Int64, text: String) {
        #expect(TimeText.rfc3339(milliseconds) == text)
        #expect(TimeText.parse(rfc3339: text) == milliseconds)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01T02:00:00+02:00", 0), ("1969-12-31T18:30:00-05:30", 0),
        ("1970-01-01T00:00:00.5Z", 500), ("1970-01-01T00:00:00.123456789Z", 123),
        ("55000-01-01T00:00:00Z", 1_673_465_184_000_000),
        // The bounds that Go clients send for "no bound".
        ("-292273086-05-16T16:47:06Z", -9_223_309_901_257_974_000),
        ("292277025-08-18T07:12:54.999999999Z", 9_223_309_901_257_974_999),
    ])
    func reads(text: String, milliseconds: Int64) {
        #expect(TimeText.parse(rfc3339: text) == milliseconds)
    }

    @Test(arguments: [
        "", "1970-01-01", "1970-01-01T00:00:00", "1970-13-01T00:00:00Z", "1970-02-29T00:00:00Z",
        "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+2:00",
        "1970-01-01T00:00:00Zx", "970-01-01T00:00:00Z",
    ])
    func refuses(text: String) {
        #expect(TimeText.parse(rfc3339: text) == nil)
    }

    @Test func parametersMayBeSeconds() {
        #expect(TimeText.parse(parameter: "4") == 4000)
        #expect(TimeText.parse(parameter: "1763614800.1234") == 1_763_614_800_123)
        #expect(TimeText.parse(parameter: "-1.5e3") == -1_500_000)
        #expect(TimeText.parse(parameter: "1e300") == .max)
        #expect(TimeText.parse(parameter: "-9223372036854775808") == .min)
        #expect(TimeText.parse(parameter: "2025-11-20T05:00:00Z") == 1_763_614_800_000)
        #expect(TimeText.parse(parameter: "NaN") == nil)
        #expect(TimeText.parse(parameter: "now") == nil)
    }

    @Test func datesAgreeWithTheSystemCalendar() throws {
        let seed: UInt64 = 11
        var random = SeededRandom(seed: seed)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for _ in 0..<1000 {
            // From 1600 on: before, the system's calendar is the Julian one.
            let days = Int64.random(in: -135_000...2_900_000, using: &random)
            let parts = calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(days) * 86_400))
            let date = TimeText.civil(fromDays: days)
            #expect(Int(date.year) == parts.year && Int(date.month) == parts.month && Int(date.day) == parts.day)
            #expect(TimeText.days(year: date.year, month: date.month, day: date.day) == days, "seed \(seed)")
        }
    }
}
