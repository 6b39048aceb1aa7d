import Exposition
import Model
import Platform
import TestSupport
import Testing

struct Page {
    let buffer = ByteBuffer()
    init(_ text: String) { buffer.append(text) }
}

@Suite struct SyntaxTests {
    @Test(arguments: [
        ("a 1\nb\n", "line 2: expected value after metric, got \"\\n\" while parsing: \"b\\n\""),
        ("a{x=\"1\n2\"} 1\nb{x=1} 1\n", "line 3: expected label value, got \"1\" while parsing: \"b{x=1\""),
        ("a one\n", "line 1: \"one\" is not a number while parsing: \"a one\\n\""),
        ("a 1 2 3\n", "line 1: expected next entry after timestamp, got \"3\" while parsing: \"a 1 2 3\""),
        ("a 1 1.5\n", "line 1: expected next entry after timestamp, got \".\" while parsing: \"a 1 1.\""),
        ("a 1\r\n", "line 1: \"1\\r\" is not a number while parsing: \"a 1\\r\\n\""),
        (
            "# TYPE a gauge\n# TYPE b timer\n",
            "line 2: invalid metric type \"timer\" while parsing: \"# TYPE b timer\\n\""
        ),
        (
            "a{b=\"1\",b=\"2\"} 1\n",
            "line 1: label name \"b\" is not unique while parsing: \"a{b=\\\"1\\\",b=\\\"2\\\"} 1\""
        ),
        ("{\"a\",\"b\"} 1\n", "line 1: metric name already set while parsing: \"{\\\"a\\\",\\\"b\\\"}\""),
        ("a{b=\"c} 1\n", "line 1: expected label value, got a quote that is never closed while parsing: \"a{b=\\\"\""),
    ])
    func errorsNameLineAndReason(_ text: String, _ message: String) {
        let error = #expect(throws: PageError.self) { try PageRun().read(text) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        "a 1e400", "a+5", "a.5", "a -1e999", "a .", "a -", "a 1e", "a 0x10", "a 1 -5", "a 1 99999999999999999999",
        "a{,} 1",
        "a{b=\"1\",,} 1",
        "a{b=\"\\\n\"} 1", "{} 1", "{\"\"} 1", "1a 1", "a{1b=\"\"} 1", "# TYPE a", "# TYPE a  gauge", "# TYPE a gauge ",
        "# HELP \"a",
    ])
    func refuses(_ text: String) {
        #expect(throws: PageError.self) { try PageRun().read(text + "\n") }
    }

    @Test(arguments: [
        ("1", 1.0), ("-0", -0.0), ("+5", 5), ("1.", 1), (".5", 0.5), ("1e3", 1000), ("1E-3", 0.001), ("1e+09", 1e9),
        ("inf", .infinity),
        ("-Infinity", -.infinity), ("+Inf", .infinity), ("nan", .ordinaryNaN), ("1e-400", 0),
        ("4.9351e-05", 4.9351e-05),
        ("7.424100000000001e-05", 7.424100000000001e-05), ("9007199254740993", 9007199254740992), ("0.1", 0.1),
        ("123456789012345678901234567890", 0x1.8ee90ff6c373ep+96),
        ("1.7976931348623157e+308", .greatestFiniteMagnitude),
        ("00000000000000000000000001", 1), ("1e0000000003", 1000), ("0.3", 0.3), ("1234567.891", 1234567.891),
    ])
    func readsNumbers(_ text: String, _ value: Double) throws {
        let run = PageRun()
        #expect(try run.scrape("a \(text)\n").first?.bits == value.bitPattern)
        #expect(try run.scrape("a \(text)\n").first?.bits == value.bitPattern)
        #expect(try run.scrape("a \(text) 5").first?.bits == value.bitPattern)
    }

    /// The fast path must give the bits of the careful one.
    @Test func numbersAreReadExactly() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let digits = Int64(truncatingIfNeeded: random.next() >> UInt64(random.next() % 64))
            let places = Int(random.next() % 25)
            var text = "\(digits)"
            if places < 20, text.utf8.count > places {
                text.insert(".", at: text.index(text.endIndex, offsetBy: -places))
            }
            if random.next() % 3 == 0 { text += "e\(Int(random.next() % 60) - 30)" }
            guard let wanted = Double(text) else { continue }
            let found = try PageRun().scrape("a \(text)").first?.bits
            #expect(found == wanted.bitPattern, "\(text), seed \(seed)")
        }
    }

    /// Damage anywhere must neither crash nor be read in two ways.
    @Test func damagedPagesAreReadAlikeWithAndWithoutACache() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let whole = [UInt8](
            """
            # HELP a_seconds Some \\ text.
            # TYPE a_seconds histogram
            a_seconds_bucket{job="x",le="1"} 17
            a_seconds_bucket{job="x \\"y\\"",le="+Inf"} 1.5e+09 1700000000000
            {"b.c",d="é"} NaN
            # comment

            e -0.25

            """.utf8)
        for _ in 0..<1500 {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                let byte = random.pick([UInt8]("\"\\{}=, \n\t#01.e+-aN\0\u{ff}".utf8))
                switch random.next() % 3 {
                case 0: damaged[place] = byte
                case 1: damaged.insert(byte, at: place)
                default: damaged.removeSubrange(place..<min(place + 5, damaged.count))
                }
            }
            let fresh = PageRun()
            let cached = PageRun()
            let outcome = Result { () throws(PageError) in try fresh.read(damaged) }.map { fresh.samples }
            let again = Result { () throws(PageError) in
                try cached.read(whole)
                cached.reader.commit(to: &cached.cache)
                try cached.read(damaged)
            }.map { cached.samples }
            switch (outcome, again) {
            case (.success(let left), .success(let right)): #expect(left == right, "seed \(seed)")
            case (.failure(let left), .failure(let right)):
                #expect(left.description == right.description, "seed \(seed)")
            default: Issue.record("\(outcome) and \(again), seed \(seed)")
            }
        }
    }

    @Test func blanksAndLineEnds() throws {
        let run = PageRun()
        let samples = try run.scrape("\n \t\n  a{ x = \"1\" y=\"2\" , } \t 1\n#x\n \t# y\nb{}2\nc\t3 \t\n  ")
        #expect(samples.map(\.bits) == [1.0, 2.0, 3.0].map(\.bitPattern))
        #expect(samples.map(\.labels.metricText) == ["a{x=\"1\", y=\"2\"}", "b", "c"])
        #expect(try run.scrape("\n \t\n  a{ x = \"1\" y=\"2\" , } \t 1\n#x\n \t# y\nb{}2\nc\t3 \t\n  ") == samples)
        #expect(run.resolved == 3)
        // More blanks, or none, between series and value.
        #expect(try run.scrape("b{}  7\n").map(\.bits) == [Double(7).bitPattern])
    }
}
