import Exposition
import Model
import TestSupport
import Testing

/// Whatever happens to a page between two scrapes, the cache changes the cost and never the answer.
@Suite struct LineCachePropertyTests {
    @Test(arguments: [false, true])
    func cachedReadingEqualsFreshReading(_ tracksStamped: Bool) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<10 {
            let run = PageRun(seed: random.next())
            run.options.tracksStamped = tracksStamped
            var lines = (0..<Int.random(in: 0..<60, using: &random)).map { _ in Self.line(&random) }
            var tracked: Set<Labels> = []
            for round in 0..<20 {
                let page = lines.map { $0.text(&random) }.joined()
                let fresh = PageRun()
                let wanted = try fresh.scrape(page)
                let found = try run.scrape(page)
                #expect(found == wanted, "seed \(seed), round \(round)")
                let now = Set(wanted.filter { tracksStamped || $0.time == nil }.map(\.labels))
                #expect(Set(run.vanished) == tracked.subtracting(now), "seed \(seed), round \(round)")
                #expect(run.vanished.count == Set(run.vanished).count)
                let metadata = run.reader.metadata.all.map { "\($0)" }
                #expect(metadata == fresh.reader.metadata.all.map { "\($0)" }, "seed \(seed), round \(round)")
                tracked = now
                Self.change(&lines, &random)
            }
        }
    }

    private enum Line {
        case sample(String, isStamped: Bool)
        case comment(String)

        func text(_ random: inout SeededRandom) -> String {
            switch self {
            case .sample(let series, let isStamped):
                let value = random.pick(["0", "1", "17", "2.5", "1e+09", "NaN", "+Inf", "0.1234567890123456789"])
                return "\(series) \(value)\(isStamped ? " \(Int.random(in: 0..<9999, using: &random))" : "")\n"
            case .comment(let text): return text + "\n"
            }
        }
    }

    private static func line(_ random: inout SeededRandom) -> Line {
        let number = Int.random(in: 0..<40, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .comment("# TYPE m\(number) \(random.pick(["histogram", "summary", "gauge"]))")
        case 1: return .comment("# HELP m\(number) text \(number % 3)")
        case 2: return .comment(random.pick(["", "#", "# comment", " \t"]))
        default:
            let labels = random.pick(["", "{le=\"1\"}", "{a=\"x\",quantile=\"2\"}", "{quantile=\"2\",a=\"x\"}", "{}"])
            return .sample("m\(number)\(labels)", isStamped: random.oneIn(8))
        }
    }

    private static func change(_ lines: inout [Line], _ random: inout SeededRandom) {
        for _ in 0..<Int.random(in: 0..<4, using: &random) {
            let place = Int.random(in: 0...lines.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: lines.insert(line(&random), at: place)
            case 1: lines.removeSubrange(place..<min(place + Int.random(in: 0..<25, using: &random), lines.count))
            case 2: lines.insert(contentsOf: (0..<20).map { _ in line(&random) }, at: place)
            case 3: lines.shuffle(using: &random)
            case 4 where place < lines.count: lines.append(lines[place])
            default:
                guard place < lines.count, case .sample(let series, let isStamped) = lines[place] else { continue }
                lines[place] = .sample(series, isStamped: !isStamped)
            }
        }
    }
}
