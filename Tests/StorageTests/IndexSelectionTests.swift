import Model
import TestSupport
import Testing

@testable import Storage

@Suite struct IndexSelectionTests {
    @Test(arguments: 0..<6) func answersEqualTheOracles(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let index = SeriesIndex(seed: seed)
        var oracle = IndexOracle()
        var oldView = index.snapshot()
        var oldOracle = oracle
        for round in 0..<30 {
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                let labels = IndexSamples.labels(&random)
                if index.reference(of: labels) != nil { continue }
                #expect(try index.insert(labels).rawValue == UInt32(oracle.count))
                oracle.append(labels)
            }
            for _ in 0..<8 {
                let matchers = try (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    try IndexSamples.matcher(&random)
                }
                try compare(index.snapshot(), oracle, matchers, "seed \(seed), round \(round): \(matchers)")
                try compare(oldView, oldOracle, matchers, "seed \(seed), round \(round), old view: \(matchers)")
            }
            if random.oneIn(4) {
                oldView = index.snapshot()
                oldOracle = oracle
            }
        }
    }

    private func compare(
        _ view: SeriesIndexSnapshot, _ oracle: IndexOracle, _ matchers: [LabelMatcher], _ what: String
    ) throws {
        let found = view.select(matchers)
        try #require(found == oracle.select(matchers), "\(what)")
        if let most = view.mostSeries(matchers) { #expect(found.count <= most, "\(what)") }
        #expect(view.labelNames(of: found) == oracle.labelNames(of: found), "\(what)")
        for name in ["job", "path", "missing"] {
            #expect(view.labelValues(name, of: found) == oracle.labelValues(name, of: found), "\(what)")
        }
        let all = oracle.select([])
        #expect(view.labelNames() == oracle.labelNames(of: all), "\(what)")
        #expect(view.labelValues("code") == oracle.labelValues("code", of: all), "\(what)")
        let some = Set(found.map(\.rawValue))
        #expect(view.labelNames(where: some.contains) == oracle.labelNames(of: found), "\(what)")
        #expect(view.labelValues("path", where: some.contains) == oracle.labelValues("path", of: found), "\(what)")
    }

    /// Few series and many, with so many labels that their ranks do not fit into a word, prefixes of each other among
    /// them.
    @Test(arguments: UInt64(0)..<8, [3, 63, 64, 700]) func seriesComeInTheOrderOfTheirLabels(
        seed: UInt64, count: Int
    ) throws {
        var random = SeededRandom(seed: seed)
        let index = SeriesIndex(seed: seed)
        var references: [SeriesReference] = []
        for number in 0..<count {
            var labels = [Label("__name__", ["a", "ab", "b\u{0}c"][Int.random(in: 0..<3, using: &random)])]
            for place in 0..<Int.random(in: 0...14, using: &random) {
                labels.append(Label("n\(place)", ["x", "xy", "é", "\(number)"][Int.random(in: 0..<4, using: &random)]))
            }
            if index.reference(of: Labels(labels)) == nil { references.append(try index.insert(Labels(labels))) }
        }
        // Pairs of series that are not asked for.
        for number in 0..<Int.random(in: 0...20_000, using: &random) where count == 64 {
            _ = try index.insert(Labels(["__name__": "other", "id": "\(number)"]))
        }
        references.shuffle(using: &random)
        let sorted = index.snapshot().sorted(references).map { index.labels(of: $0) }
        #expect(sorted == references.map { index.labels(of: $0) }.sorted(), "seed \(seed)")
    }

    /// The rarest label decides, where values are named.
    @Test func boundsAreKnownAtOnce() throws {
        let index = SeriesIndex(seed: 7)
        for number in 0..<100 {
            _ = try index.insert(Labels(["__name__": "up", "job": "j\(number % 10)", "id": "\(number)"]))
        }
        let view = index.snapshot()
        #expect(view.mostSeries([.equal("__name__", "up"), .equal("job", "j3")]) == 10)
        #expect(view.mostSeries([.equal("job", "j3"), try LabelMatcher("id", .notEqual, "13")]) == 10)
        #expect(view.mostSeries([.equal("job", "j3"), .equal("id", "none")]) == 0)
        #expect(view.mostSeries([try LabelMatcher("job", .matches, "j1|j2")]) == 20)
        #expect(view.mostSeries([.equal("id", "7"), try LabelMatcher("job", .matches, "j.")]) == nil)
        #expect(view.mostSeries([try LabelMatcher("id", .notEqual, "13")]) == nil)
        #expect(view.labelCount(nil, most: 5) == 3)
        #expect(view.labelCount("id", most: 500) == 100 && view.labelCount("job", most: 10) == 10)
        #expect(view.labelCount("id", most: 99) > 99 && view.labelCount("none", most: 9) == 0)
    }

    /// Large enough that candidates are checked both in their labels and against a bitmap.
    @Test func largeListsMeet() throws {
        let index = SeriesIndex(seed: 7)
        var oracle = IndexOracle()
        for number in 0..<5000 {
            let labels = Labels([
                "__name__": number % 3 == 0 ? "up" : "m\(number % 50)", "job": "j\(number % 7)", "id": "\(number)",
                "half": number % 2 == 0 ? "even" : "",
            ])
            _ = try index.insert(labels)
            oracle.append(labels)
        }
        let lists = (0..<300).map { "\($0 * 15)" }.joined(separator: "|")
        let cases: [[LabelMatcher]] = [
            [try LabelMatcher("id", .matches, lists), .equal("__name__", "up")],
            [.equal("id", "2000"), try LabelMatcher("half", .matches, ".+")],
            [.equal("__name__", "up"), .equal("job", "j1"), try LabelMatcher("half", .equal, "")],
            [try LabelMatcher("half", .notEqual, "even"), try LabelMatcher("id", .notMatches, "1.*|.*7")],
            [try LabelMatcher("id", .notEqual, ""), try LabelMatcher("job", .matches, "j1|j2|j9")],
            [try LabelMatcher("job", .notMatches, "j1|j2|j9|j3"), try LabelMatcher("__name__", .matches, "m1.+")],
        ]
        for matchers in cases {
            let found = index.snapshot().select(matchers)
            #expect(found == oracle.select(matchers), "\(matchers)")
            #expect(!found.isEmpty)
        }
    }
}
