import Model

/// Random batches as scrapers, senders and rules make them: shared and odd stamps, moves between origins, clashes,
/// lag, retries, stale markers.
package struct RandomWorkload {
    /// One sample as the store and the oracle get it.
    package struct Sample {
        package var labels: Labels
        package var time: Int64
        package var value: Double
    }

    package struct Part {
        package var origin: Origin
        package var samples: [Sample]
        /// All have this time.
        package var time: Int64?
    }

    /// Milliseconds; moves on with each batch.
    package private(set) var now: Int64
    package let series: [Labels]
    private let origins: [Origin]
    private var values: [Labels: Double] = [:]
    private let window: Int64
    private var lastBatch: [Part] = []
    /// Of each shard of a sender the number of the next row on a common grid.
    private var nextRows: [Int: Int64] = [:]
    private static let shards = 3
    private static let step: Int64 = 15_000

    package init(random: inout SeededRandom, start: Int64 = 1_700_000_000_000, window: Int64, series count: Int) {
        now = start
        self.window = window
        series = (0..<count).map { Labels(["__name__": "m\($0 % 7)", "n": "\($0)"]) }
        let kinds: [Origin.Kind] = [.scraped, .stamped, .target, .rules, .remote, .imported]
        origins = (0..<6).map { Origin(kinds[$0], key: UInt64($0 % 3)) }
        _ = random.next()
    }

    /// The next batch. Samples that are older than their series' newest are within the window.
    package mutating func batch(_ random: inout SeededRandom, _ oracle: SampleOracle) -> [Part] {
        now += Int64.random(in: 0...60_000, using: &random)
        if random.chance(0.02) { now += Int64.random(in: 0...3 * 3_600_000, using: &random) }
        if random.chance(0.05), !lastBatch.isEmpty { return lastBatch }
        lastBatch = (0..<Int.random(in: 1...2, using: &random)).map { _ in part(&random, oracle) }
        return lastBatch
    }

    private mutating func part(_ random: inout SeededRandom, _ oracle: SampleOracle) -> Part {
        let number = Int.random(in: 0..<origins.count, using: &random)
        // Every origin has its own series, but now and then takes one of its neighbour's.
        let shift = random.chance(0.1) ? 1 : 0
        let own = series.indices.filter { ($0 + shift) % origins.count == number }.map { series[$0] }
        if origins[number].kind == .imported && random.chance(0.2) {
            return Part(origin: origins[number], samples: again(own, &random, oracle), time: nil)
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return Part(origin: origins[number], samples: history(own, &random, oracle), time: nil)
        case 1, 2: return Part(origin: origins[number], samples: scattered(own, &random, oracle), time: nil)
        case 3:
            let samples = own.map { Sample(labels: $0, time: now, value: .staleMarker) }
            return Part(origin: origins[number], samples: samples, time: now)
        case 4...7 where origins[number].kind == .remote:
            return Part(origin: origins[number], samples: sharded(own, &random, oracle), time: nil)
        default: return Part(origin: origins[number], samples: scrape(own, &random), time: now)
        }
    }

    /// One time for all, some series missing, some twice.
    private mutating func scrape(_ own: [Labels], _ random: inout SeededRandom) -> [Sample] {
        var samples: [Sample] = []
        for labels in own where !random.chance(0.1) {
            samples.append(Sample(labels: labels, time: now, value: value(labels, &random)))
            if random.chance(0.02) { samples.append(Sample(labels: labels, time: now, value: 7)) }
        }
        if random.chance(0.1) { samples.shuffle(using: &random) }
        return samples
    }

    /// Rows of a grid that all series share, but sent by shards of which each lags as it likes.
    private mutating func sharded(_ own: [Labels], _ random: inout SeededRandom, _ oracle: SampleOracle) -> [Sample] {
        let shard = Int.random(in: 0..<Self.shards, using: &random)
        let newest = now / Self.step - Int64.random(in: 0...8, using: &random) * (random.chance(0.1) ? 6 : 1)
        let first = max(nextRows[shard] ?? newest, newest - 60)
        if first > newest { return [] }
        nextRows[shard] = newest + 1
        var samples: [Sample] = []
        for (index, labels) in own.enumerated() where index % Self.shards == shard {
            let last = oracle.newest(labels)
            for row in first...newest where !random.chance(0.03) {
                let time = row * Self.step
                if let last, last - time > window { continue }
                let value = random.chance(0.02) ? .staleMarker : value(labels, &random)
                samples.append(Sample(labels: labels, time: time, value: value))
            }
        }
        if random.chance(0.3) { samples.sort { $0.time < $1.time } }
        return samples
    }

    /// Times of their own, some of them late.
    private mutating func scattered(
        _ own: [Labels], _ random: inout SeededRandom, _ oracle: SampleOracle
    ) -> [Sample] {
        let stamps = (0..<4).map { _ in now - Int64.random(in: 0...120_000, using: &random) }
        var newest: [Labels: Int64] = [:]
        return own.compactMap { labels in
            let time = stamps.randomElement(using: &random) ?? now
            let last = max(newest[labels] ?? .min, oracle.newest(labels) ?? .min)
            if last != .min && last - time > window { return nil }
            newest[labels] = max(last, time)
            return Sample(labels: labels, time: time, value: value(labels, &random))
        }
    }

    /// Many rows of one series after the other, as a loader or a sender that was cut off makes them.
    private mutating func history(
        _ own: [Labels], _ random: inout SeededRandom, _ oracle: SampleOracle
    ) -> [Sample] {
        let step = Int64.random(in: 1...15_000, using: &random)
        let count = Int64.random(in: 1...40, using: &random)
        let age = Int64.random(in: 1...12, using: &random) * 3_600_000
        var samples: [Sample] = []
        for labels in own.prefix(3) {
            let last = oracle.newest(labels) ?? now - age
            for row in 1...count where last + row * step <= now {
                samples.append(Sample(labels: labels, time: last + row * step, value: value(labels, &random)))
            }
        }
        return samples
    }

    /// What is there already, as an import that is repeated brings it.
    private func again(_ own: [Labels], _ random: inout SeededRandom, _ oracle: SampleOracle) -> [Sample] {
        let start = now - Int64.random(in: 0...12 * 3_600_000, using: &random)
        var samples: [Sample] = []
        for labels in own {
            let times = (oracle.samples[labels] ?? [:]).filter { $0.key >= start && $0.key < start + 3_600_000 }
            for (time, bits) in times.sorted(by: { $0.key < $1.key }) {
                samples.append(Sample(labels: labels, time: time, value: Double(bitPattern: bits)))
            }
        }
        if random.chance(0.5) { samples.sort { $0.time < $1.time } }
        return samples
    }

    private mutating func value(_ labels: Labels, _ random: inout SeededRandom) -> Double {
        let last = values[labels] ?? 0
        var next = last
        switch Int.random(in: 0..<12, using: &random) {
        case 0: next = Double.random(in: -1e6...1e6, using: &random)
        case 1: next = Double(bitPattern: random.next())
        case 2: next = .absent
        case 3: next = -0.0
        case 4...6: break
        default: next = (last.magnitude < 1e15 ? last : 0).rounded() + Double(Int.random(in: 0...300, using: &random))
        }
        values[labels] = next
        return next
    }
}

extension SampleAppender {
    /// Appends the parts of a workload as one batch.
    package func append(_ parts: [RandomWorkload.Part], now: Int64) throws(AppendError) -> AppendOutcome {
        var batch = AppendBatch()
        for part in parts {
            var references: [SeriesReference] = []
            for sample in part.samples { references.append(try reference(for: sample.labels)) }
            batch.parts.append(
                .init(
                    origin: part.origin, time: part.time ?? 0, times: part.time == nil ? part.samples.map(\.time) : [],
                    references: references, values: part.samples.map(\.value)))
        }
        return try append(batch, now: now)
    }
}
