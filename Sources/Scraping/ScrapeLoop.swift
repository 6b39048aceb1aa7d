import Configuration
import Exposition
import HTTP
import Model
import Platform
import Telemetry

/// The targets and their schedule. Knows no thread: `tick` begins what is due, `finish` takes what came of
/// it.
///
/// Each target is scraped at the instants of its own phase in its interval. A new one is scraped at once
/// besides; many new ones a millisecond apart.
final class ScrapeLoop {
    let appender: any SampleAppender
    let clock: any TimeSource
    let metrics: ScrapeMetrics
    let logger: Logger
    let reader: PageReader
    private let transport: any ScrapeTransport
    private let headers: [(name: String, value: String)]

    /// By key; those that are about to end are among them.
    private var targets: [UInt64: ActiveTarget] = [:]
    private var queue = DueQueue()
    /// Scrapes on their way, by their number.
    private var running: [UInt64: ActiveTarget] = [:]
    private var lastNumber: UInt64 = 0
    private var lastTick: Int64 = 0
    private var pools: Set<String> = []
    /// How many connections the transport is to keep; nil when it has been told.
    private var connections: Int?

    init(
        appender: any SampleAppender, transport: any ScrapeTransport, clock: any TimeSource, seed: UInt64,
        metrics: ScrapeMetrics, logger: Logger, userAgent: String
    ) {
        self.appender = appender
        self.transport = transport
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        reader = PageReader(seed: seed)
        headers = [
            ("User-Agent", userAgent),
            ("Accept", "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1"),
        ]
    }

    // MARK: Targets

    func apply(_ configuration: ServerConfiguration) {
        let now = clock.wallMilliseconds()
        let (wanted, problems) = TargetBuilder(configuration).targets()
        for problem in problems {
            logger.error(
                "target cannot be scraped",
                ["scrape_pool": problem.pool, "target": problem.address, "err": problem.reason])
        }
        let keys = Set(wanted.map(\.key))
        for active in targets.values where active.endTime == nil && !keys.contains(active.target.key) {
            end(active, now)
        }
        var newTargets: Int64 = 0
        for target in wanted {
            if let active = targets[target.key] {
                keep(active, as: target, now)
            } else {
                let due = now + newTargets % target.interval
                targets[target.key] = ActiveTarget(
                    target, due: due, intervalLength: metrics.intervalLength(target.interval))
                queue.insert(target.key, due: due)
                newTargets += 1
            }
        }
        connections = wanted.count
        countPools(wanted, configuration)
    }

    /// A target goes on as it was, also one that was about to end. Only where its pages are to be read
    /// differently does the next one count as its first.
    private func keep(_ active: ActiveTarget, as target: Target, _ now: Int64) {
        let old = active.target
        let wasEnding = active.endTime != nil
        active.endTime = nil
        if old == target && !wasEnding { return }
        active.target = target
        active.intervalLength = metrics.intervalLength(target.interval)
        let isReadAlike =
            old.honorsLabels == target.honorsLabels && old.pages == target.pages && old.limits == target.limits
        if !isReadAlike { forgetPage(of: active) }
        schedule(active, after: now)
    }

    /// The series of a removed target end at the time of its next scrape. That is written only when a
    /// scrape after that would be over: the target may come back under the same labels, and its samples
    /// then stand against the end.
    private func end(_ active: ActiveTarget, _ now: Int64) {
        let next = active.due > now ? active.due : active.target.tick(after: now)
        active.endTime = next
        active.due = next + active.target.interval + active.target.interval / 10
        queue.insert(active.target.key, due: active.due)
    }

    private func countPools(_ wanted: [Target], _ configuration: ServerConfiguration) {
        for scrape in configuration.scrapes {
            metrics.poolTargetLimit(scrape.jobName).set(Double(scrape.limits.targets))
        }
        for _ in Set(wanted.filter { !$0.refusal.isEmpty }.map(\.pool)) { metrics.targetLimit.add() }
        let counts = Dictionary(wanted.map { ($0.pool, 1) }, uniquingKeysWith: +)
        for pool in pools.union(counts.keys) { metrics.poolTargets(pool).set(Double(counts[pool] ?? 0)) }
        pools.formUnion(counts.keys)
    }

    var statuses: [TargetStatus] { activeTargets.map(\.status) }

    /// What the last page of each target said about its families.
    var targetMetadata: [TargetMetadata] {
        activeTargets.map {
            TargetMetadata(target: $0.target.labels, families: reader.metadata.families(of: $0.cache))
        }
    }

    /// Sorted by job, then URL.
    private var activeTargets: [ActiveTarget] {
        targets.values.filter { $0.endTime == nil }.sorted {
            $0.target.pool == $1.target.pool
                ? Labels.precedes($0.target.url, $1.target.url) : Labels.precedes($0.target.pool, $1.target.pool)
        }
    }

    // MARK: Schedule

    /// Begins the scrapes that are due. Returns the milliseconds until the next one, at most `longestWait`.
    func tick() -> Int32 {
        let now = clock.wallMilliseconds()
        if now < lastTick - Self.clockTolerance { reschedule(now) }
        lastTick = now
        if let connections = connections.take() { transport.keepConnections(connections) }
        while let entry = queue.first, entry.due <= now {
            queue.removeFirst()
            // Entries whose target has gone or been put elsewhere in the meantime mean nothing.
            guard let active = targets[entry.key], active.due == entry.due, active.scrape == nil else { continue }
            if active.endTime != nil {
                remove(active)
            } else {
                begin(active, now)
            }
        }
        let wait = queue.first.map { max($0.due - now, 0) } ?? Self.longestWait
        return Int32(min(wait, Self.longestWait))
    }

    /// Bounds how long a clock that was set back goes unnoticed.
    private static let longestWait: Int64 = 10_000
    /// A clock that goes back further than this was set.
    private static let clockTolerance: Int64 = 1000

    /// After the clock was set back, what was due is too far away.
    private func reschedule(_ now: Int64) {
        queue.removeAll()
        for active in targets.values {
            if active.endTime == nil {
                schedule(active, after: now)
            } else {
                queue.insert(active.target.key, due: active.due)
            }
        }
    }

    private func schedule(_ active: ActiveTarget, after time: Int64) {
        active.due = active.target.tick(after: time)
        if active.scrape == nil { queue.insert(active.target.key, due: active.due) }
    }

    private func begin(_ active: ActiveTarget, _ now: Int64) {
        let target = active.target
        let began = clock.monotonicNanoseconds()
        if let last = active.lastBegan { active.intervalLength.observe(Double(began - last) / 1e9) }
        // A timestamp that is only a little late becomes the one that was meant: equal distances are stored
        // in less.
        let tolerance = min(target.interval / 100, 2)
        let time = target.isTick(active.due) && now - active.due <= tolerance ? active.due : now
        lastNumber += 1
        active.scrape = PendingScrape(id: lastNumber, time: time, began: began)
        active.lastScrape = time
        active.lastBegan = began
        running[lastNumber] = active
        // The scrape out of turn of a new target takes the place of a tick that follows on its heels.
        let isOutOfTurn = !target.isTick(active.due)
        active.due = target.tick(after: isOutOfTurn ? now + target.interval / 10 : now)
        if target.refusal.isEmpty {
            transport.start(request(target), id: lastNumber)
        } else {
            finish(lastNumber, .failure(HTTPClientError(target.refusal)))
        }
    }

    private func request(_ target: Target) -> OutgoingRequest {
        var request = OutgoingRequest(url: target.url)
        request.timeout = target.timeout
        let bodySize = target.limits.bodySize
        request.maxBodyBytes = bodySize > 0 ? min(Int(bodySize), Limits.scrapePageBytes) : Limits.scrapePageBytes
        let seconds = FloatText.plain(Double(target.timeout) / 1000)
        request.headers = headers + [("X-Prometheus-Scrape-Timeout-Seconds", seconds)]
        return request
    }

    /// Stores what came of a scrape.
    func finish(_ number: UInt64, _ outcome: Result<FetchedPage, HTTPClientError>) {
        guard let active = running.removeValue(forKey: number), let scrape = active.scrape else { return }
        active.scrape = nil
        // Removed in the meantime: nothing that it says counts any more.
        if active.endTime == nil { store(outcome, of: active, scrape) }
        // Ticks that passed while the target was answering are left out.
        let now = clock.wallMilliseconds()
        if active.due <= now, active.endTime == nil { active.due = active.target.tick(after: now) }
        queue.insert(active.target.key, due: active.due)
    }

    private func remove(_ active: ActiveTarget) {
        if let time = active.endTime { markEnded(active, at: time) }
        reader.forget(&active.cache)
        targets[active.target.key] = nil
    }
}
