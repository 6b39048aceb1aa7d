import Model
import Platform
import Storage
import Telemetry

/// A million series: 200 nodes with 5,000 series each, labels as a node exporter has them (5.5 on average).
func indexBenchmarks() {
    let nodes = 200
    let index = SeriesIndex(seed: 1)
    let clock = ContinuousClock()
    var labels: [Labels] = []
    labels.reserveCapacity(nodes * 5000)
    for node in 0..<nodes { for series in 0..<5000 { labels.append(nodeLabels(node, series)) } }
    let count = Double(labels.count)
    var failures = 0
    let insertion = clock.measure {
        for labels in labels {
            do { _ = try index.insert(labels) } catch { failures += 1 }
        }
    }
    let lookup = shortest(runs: 3) {
        for labels in labels where index.reference(of: labels) == nil { failures += 1 }
    }
    let rebuilding = shortest(runs: 3) {
        for number in 0..<UInt32(labels.count) where index.labels(of: SeriesReference(number)).isEmpty { failures += 1 }
    }
    print(
        "index of \(labels.count) series: insert \(nanoseconds(elapsed(insertion) / count)) ns, "
            + "find \(nanoseconds(lookup / count)) ns, labels \(nanoseconds(rebuilding / count)) ns, "
            + "\(nanoseconds(Double(index.memory) / count)) B/series\(failures > 0 ? ", FAILED" : "")")
    let instances = (0..<10_000).map { "node-\($0)" }.joined(separator: "|")
    measure(index, "1,000 by two matchers", [.equal("__name__", "metric_7"), pattern("instance", "node-(1|3|5)?.")])
    measure(index, "one name on one node", [.equal("__name__", "metric_7"), .equal("instance", "node-77")])
    measure(index, "a node's series but one name", [.equal("instance", "node-77"), negative("__name__", "metric_7")])
    measure(index, "two large lists", [.equal("job", "node"), .equal("mode", "idle")])
    measure(index, "a name's prefix", [pattern("__name__", "metric_1.*"), .equal("instance", "node-77")])
    measure(index, "10,000 alternatives", [.equal("__name__", "metric_7"), pattern("instance", instances)])
    measure(index, "an expression over 5,000 values", [pattern("device", "dev[0-9]*7")])
    measure(index, "everything with a name", [pattern("__name__", ".+")])
    labelBenchmarks()
}

/// What the label endpoints ask, of 100,000 series that each have a value of their own.
private func labelBenchmarks() {
    let clock = SystemTime()
    let database = Database(
        directory: ".build/bench-labels", fileSystem: SystemFileSystem(), clock: clock, options: DatabaseOptions(),
        metrics: MetricRegistry(), logger: Logger(minimum: .error, clock: clock) { print($0, terminator: "") })
    do {
        try database.open()
        var part = AppendBatch.Part(origin: Origin(.scraped, key: 1), time: clock.wallMilliseconds())
        for number in 0..<100_000 {
            let labels = Labels([
                "__name__": "requests_total_\(number % 100)", "job": "a",
                "client": "10.0.\(number / 256).\(number % 256)",
            ])
            part.references.append(try database.reference(for: labels))
            part.values.append(1)
        }
        _ = try database.append(AppendBatch(parts: [part]), now: part.time)
        let snapshot = try database.snapshot()
        let ranges = ["all times": (Int64.min, Int64.max), "an hour": (part.time - 3_600_000, part.time)]
        for (name, range) in ranges.sorted(by: { $0.key < $1.key }) {
            let all = LabelRequest(start: range.0, end: range.1)
            let matched = LabelRequest(
                matchers: [[.equal("__name__", "requests_total_7")]], start: range.0, end: range.1)
            measure("label names, \(name)") { try snapshot.labelNames(all).count }
            measure("100 metric names, \(name)") { try snapshot.labelValues("__name__", all).count }
            measure("100,000 label values, \(name)") { try snapshot.labelValues("client", all).count }
            measure("1,000 label values by a matcher, \(name)") { try snapshot.labelValues("client", matched).count }
            measure("1,000 label sets by a matcher, \(name)") { try snapshot.series(matched).count }
        }
        try database.close()
    } catch {
        print("  labels: FAILED: \(error)")
    }
}

private func measure(_ what: String, _ body: () throws -> Int) {
    var found = 0
    let time = shortest(runs: 5) { found = (try? body()) ?? -1 }
    print("  \(what): \(found) in \(nanoseconds(time / 1000)) us")
}

private func measure(_ index: SeriesIndex, _ what: String, _ matchers: [LabelMatcher?]) {
    let matchers = matchers.compactMap { $0 }
    let view = index.snapshot()
    var found = 0
    let time = shortest(runs: 5) { found = view.select(matchers).count }
    print("  select \(what): \(found) series in \(nanoseconds(time / 1000)) us")
}

private func pattern(_ name: String, _ text: String) -> LabelMatcher? { try? LabelMatcher(name, .matches, text) }

private func negative(_ name: String, _ text: String) -> LabelMatcher? { try? LabelMatcher(name, .notEqual, text) }

private func nodeLabels(_ node: Int, _ series: Int) -> Labels {
    var labels = LabelsBuilder()
    labels.set("__name__", "metric_\(series % 200)")
    labels.set("instance", "node-\(node)")
    labels.set("job", "node")
    labels.set("device", "dev\(series)")
    labels.set("mode", ["idle", "user", "system", "iowait"][series % 4])
    if series % 2 == 0 { labels.set("cpu", "\(series % 64)") }
    return labels.labels()
}
