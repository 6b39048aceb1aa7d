import HTTP
import Model
import PromQL

extension API {
    func registerTargets(on router: inout Router) {
        add([.get], "/targets", needsData: false, to: &router) { api, request in api.targetList(request) }
        add([.get], "/scrape_pools", needsData: false, to: &router) { api, _ in
            let pools = Set(api.targets.targets().map(\.scrapePool)).sorted(by: Labels.precedes)
            return Answer.success { writer in
                writer.object { writer in
                    writer.name("scrapePools")
                    writer.strings(pools)
                }
            }
        }
        add([.get], "/metadata", needsData: false, to: &router) { api, request throws(APIError) in
            try api.metadata(request)
        }
        add([.get], "/targets/metadata", needsData: false, to: &router) { api, request throws(APIError) in
            try api.targetMetadata(request)
        }
    }

    private func targetList(_ request: Request) -> Response {
        let state = request.parameters["state"]?.lowercased() ?? "any"
        let pool = request.parameters["scrapePool"] ?? ""
        let shown = state == "dropped" ? [] : targets.targets().filter { pool.isEmpty || $0.scrapePool == pool }
        return Answer.success { writer in
            writer.object { writer in
                writer.name("activeTargets")
                writer.array { writer in
                    for target in shown { Self.write(target, to: &writer) }
                }
                // Targets are not dropped by relabelling yet.
                writer.name("droppedTargets")
                writer.array { _ in }
                writer.name("droppedTargetCounts")
                writer.object { _ in }
            }
        }
    }

    private static func write(_ target: TargetStatus, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("discoveredLabels")
            writer.labels(target.discoveredLabels)
            writer.name("labels")
            writer.labels(target.labels)
            writer.member("scrapePool", target.scrapePool)
            writer.member("scrapeUrl", target.scrapeURL)
            writer.member("globalUrl", target.scrapeURL)
            writer.member("lastError", target.lastError)
            // Go's zero time stands for "never".
            let lastScrape = target.lastScrape == 0 ? "0001-01-01T00:00:00Z" : TimeText.rfc3339(target.lastScrape)
            writer.member("lastScrape", lastScrape)
            writer.name("lastScrapeDuration")
            writer.number(target.lastScrapeDuration)
            writer.member("health", target.health.rawValue)
            writer.member("scrapeInterval", DurationText.text(target.interval))
            writer.member("scrapeTimeout", DurationText.text(target.timeout))
        }
    }

    /// Metadata by family. Other than in Prometheus, `limit=0` means all of it.
    private func metadata(_ request: Request) throws(APIError) -> Response {
        let limit = try request.parameters.count("limit") ?? .max
        let perMetric = try request.parameters.count("limit_per_metric") ?? .max
        let metric = request.parameters["metric"] ?? ""
        var families: [(name: String, entries: [MetricMetadata])] = []
        for family in targets.metadata() where metric.isEmpty || family.name == metric {
            if families.last?.name != family.name {
                if families.count == limit { break }
                families.append((family.name, []))
            }
            if families[families.count - 1].entries.count < perMetric {
                families[families.count - 1].entries.append(family.metadata)
            }
        }
        return Answer.success { writer in
            writer.object { writer in
                for family in families {
                    writer.name(family.name)
                    writer.array { writer in
                        for entry in family.entries { writer.object { Self.write(entry, to: &$0) } }
                    }
                }
            }
        }
    }

    /// Metadata by target. As in Prometheus the limit ends the list only between two targets; other than there,
    /// `limit=0` means all of it.
    private func targetMetadata(_ request: Request) throws(APIError) -> Response {
        let limit = try request.parameters.count("limit") ?? .max
        let metric = request.parameters["metric"] ?? ""
        let matchers = try request.parameters.targetMatchers()
        var shown: [TargetMetadata] = []
        var count = 0
        for target in targets.targetMetadata() where count < limit {
            guard matchers.allSatisfy({ $0.matches(target.target[$0.name] ?? "") }) else { continue }
            // A target that says several things about a family is asked for the first.
            let families =
                metric.isEmpty ? target.families : Array(target.families.filter { $0.name == metric }.prefix(1))
            shown.append(TargetMetadata(target: target.target, families: families))
            count += families.count
        }
        return Answer.success { writer in
            writer.array { writer in
                for target in shown {
                    for family in target.families {
                        writer.object { writer in
                            writer.name("target")
                            writer.labels(target.target)
                            if metric.isEmpty { writer.member("metric", family.name) }
                            Self.write(family.metadata, to: &writer)
                        }
                    }
                }
            }
        }
    }

    private static func write(_ metadata: MetricMetadata, to writer: inout JSONWriter) {
        writer.member("type", metadata.kind.rawValue)
        writer.member("help", metadata.help)
        writer.member("unit", metadata.unit)
    }
}

extension Parameters {
    /// Which targets are meant; all of them without `match_target`.
    fileprivate func targetMatchers() throws(APIError) -> [LabelMatcher] {
        guard let text = self["match_target"], !text.isEmpty else { return [] }
        do { return try Parser.selector(text) } catch { throw .parameter("match_target", error.description) }
    }

    /// A number of things; nil, for all, when it is missing, 0 or negative.
    fileprivate func count(_ name: String) throws(APIError) -> Int? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let count = Int(text) else { throw APIError(.badData, "\(name) must be a number") }
        return count > 0 ? count : nil
    }
}
