import Configuration
import Exposition
import HTTP
import Model
import Platform

/// Makes the targets of a configuration.
struct TargetBuilder {
    /// Why a target cannot be scraped.
    struct Problem: Error {
        var pool: String
        var address: String
        var reason: String
    }

    private let configuration: ServerConfiguration
    /// Servers that differ in their external labels, as a pair of replicas does, scrape at different
    /// phases.
    private let phaseSeed: UInt64

    init(_ configuration: ServerConfiguration) {
        self.configuration = configuration
        phaseSeed = Self.hash(configuration.global.externalLabels)
    }

    /// All targets, each once, and what is wrong with the others.
    func targets() -> (targets: [Target], problems: [Problem]) {
        var targets: [Target] = []
        var problems: [Problem] = []
        var keys: Set<UInt64> = []
        for scrape in configuration.scrapes {
            let first = targets.count
            for group in scrape.groups {
                for address in group.targets {
                    do throws(Problem) {
                        let target = try target(address, group, scrape)
                        if keys.insert(target.key).inserted { targets.append(target) }
                    } catch {
                        problems.append(error)
                    }
                }
            }
            let count = targets.count - first
            if scrape.limits.targets > 0, count > scrape.limits.targets {
                let refusal =
                    "target_limit exceeded (number of targets: \(count), limit: \(scrape.limits.targets))"
                for index in targets.indices[first...] { targets[index].refusal = refusal }
            }
        }
        return (targets, problems)
    }

    private func target(
        _ address: String, _ group: TargetGroup, _ scrape: ScrapeConfiguration
    ) throws(Problem) -> Target {
        let discovered = Self.discoveredLabels(address, group, scrape)
        func problem(_ reason: String) -> Problem { Problem(pool: scrape.jobName, address: address, reason: reason) }
        let host = discovered[TargetLabels.address] ?? ""
        if host.isEmpty { throw problem("no address") }
        if host.utf8.contains(UInt8(ascii: "/")) { throw problem("\(GoText.quoted(host)) is not a valid hostname") }
        let interval: Int64
        let timeout: Int64
        do throws(DurationText.Problem) {
            interval = try DurationText.parse(discovered[TargetLabels.interval] ?? "")
            timeout = try DurationText.parse(discovered[TargetLabels.timeout] ?? "")
        } catch {
            throw problem("scrape interval or timeout: \(error)")
        }
        if interval <= 0 || timeout <= 0 { throw problem("scrape interval and timeout must be more than 0") }
        if timeout > interval { throw problem("the scrape timeout is longer than the scrape interval") }

        let labels = Self.targetLabels(discovered, host: host)
        let url = Self.url(discovered, scrape.parameters)
        let identity = StableHash.combine(StableHash.hash(scrape.jobName), StableHash.hash(url))
        let key = StableHash.combine(identity, Self.hash(labels))
        var target = Target(
            pool: scrape.jobName, discoveredLabels: discovered, labels: labels, url: url, interval: interval,
            timeout: timeout, honorsLabels: scrape.honorsLabels, pages: .init(), limits: scrape.limits, key: key,
            phase: Int64((key ^ phaseSeed) % UInt64(interval)))
        target.pages.honorsTimestamps = scrape.honorsTimestamps
        target.pages.tracksStamped = scrape.tracksTimestampsStaleness
        return target
    }

    private static func hash(_ labels: Labels) -> UInt64 { labels.encoded.withUnsafeBytes { StableHash.hash($0) } }

    /// The job's settings as labels, as far as the group does not set them itself.
    private static func discoveredLabels(
        _ address: String, _ group: TargetGroup, _ scrape: ScrapeConfiguration
    ) -> Labels {
        var labels = LabelsBuilder(group.labels)
        labels.set(TargetLabels.address, address)
        var defaults = [
            (LabelNames.job, scrape.jobName), (TargetLabels.interval, DurationText.text(scrape.interval)),
            (TargetLabels.timeout, DurationText.text(scrape.timeout)), (TargetLabels.path, scrape.metricsPath),
            (TargetLabels.scheme, scrape.scheme),
        ]
        for parameter in scrape.parameters {
            if let first = parameter.values.first {
                defaults.append((TargetLabels.parameterPrefix + parameter.name, first))
            }
        }
        for (name, value) in defaults where labels[name] == nil { labels.set(name, value) }
        return labels.labels()
    }

    /// Without the labels that only say how to scrape; `instance` is the address unless something else is
    /// said.
    private static func targetLabels(_ discovered: Labels, host: String) -> Labels {
        var labels = LabelsBuilder()
        for label in discovered.array where !label.name.hasPrefix("__") { labels.set(label.name, label.value) }
        if labels[LabelNames.instance] == nil { labels.set(LabelNames.instance, host) }
        return labels.labels()
    }

    private static func url(_ discovered: Labels, _ parameters: [ScrapeConfiguration.Parameter]) -> String {
        var values: [String: [String]] = [:]
        for parameter in parameters { values[parameter.name, default: []] += parameter.values }
        for label in discovered.array where label.name.hasPrefix(TargetLabels.parameterPrefix) {
            let name = String(label.name.dropFirst(TargetLabels.parameterPrefix.count))
            values[name] = [label.value] + (values[name] ?? []).dropFirst()
        }
        let pairs = values.sorted { Labels.precedes($0.key, $1.key) }.flatMap { name, values in
            values.map { "\(PercentText.encode(name))=\(PercentText.encode($0))" }
        }
        let path = discovered[TargetLabels.path] ?? ""
        let steps = path.split(separator: "/", omittingEmptySubsequences: false).map { PercentText.encode(String($0)) }
        return "\(discovered[TargetLabels.scheme] ?? "")://\(discovered[TargetLabels.address] ?? "")"
            + (path.hasPrefix("/") || path.isEmpty ? "" : "/") + steps.joined(separator: "/")
            + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }
}

/// Labels that say how a target is scraped.
enum TargetLabels {
    static let address = "__address__"
    static let scheme = "__scheme__"
    static let path = "__metrics_path__"
    static let interval = "__scrape_interval__"
    static let timeout = "__scrape_timeout__"
    static let parameterPrefix = "__param_"
}
