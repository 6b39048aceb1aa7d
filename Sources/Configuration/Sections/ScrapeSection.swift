import Model

/// `scrape_configs`
enum ScrapeSection {
    static func readAll(
        _ nodes: [YAMLNode], global: GlobalConfiguration
    ) throws(Problem) -> [ScrapeConfiguration] {
        var result: [ScrapeConfiguration] = []
        var names: Set<String> = []
        for node in nodes {
            if node.isNull { throw Problem(mark: node.mark, message: "empty or null scrape config section") }
            let scrape = try read(node, global: global)
            if !names.insert(scrape.jobName).inserted {
                throw Problem(
                    mark: node.mark,
                    message: "found multiple scrape configs with job name \(GoText.quoted(scrape.jobName))")
            }
            result.append(scrape)
        }
        return result
    }

    private static func read(_ node: YAMLNode, global: GlobalConfiguration) throws(Problem) -> ScrapeConfiguration {
        var section = try Section(node, type: "config.ScrapeConfig")
        let jobName = try section.string("job_name") ?? ""
        let interval = try section.duration("scrape_interval")
        let timeout = try section.duration("scrape_timeout")
        var result = ScrapeConfiguration(
            jobName: jobName, interval: global.scrapeInterval, timeout: global.scrapeTimeout)
        if let path = try section.string("metrics_path"), !path.isEmpty { result.metricsPath = path }
        if let node = section.take("scheme") { result.scheme = try scheme(node) }
        if let node = section.take("params") { result.parameters = try parameters(node) }
        result.honorsLabels = try section.boolean("honor_labels") ?? false
        result.honorsTimestamps = try section.boolean("honor_timestamps") ?? true
        result.tracksTimestampsStaleness = try section.boolean("track_timestamps_staleness") ?? false
        result.limits = try LimitKeys.read(from: &section, defaults: global.limits)
        for node in try section.list("static_configs") { result.groups.append(try targetGroup(node)) }
        try section.finish(unsupported: UnsupportedKeys.scrape)

        if jobName.isEmpty { throw Problem(mark: node.mark, message: "job_name is empty") }
        try setTimes(of: &result, interval: interval?.value ?? 0, timeout: timeout)
        return result
    }

    /// A duration of 0 counts as not given.
    private static func setTimes(
        of scrape: inout ScrapeConfiguration, interval: Int64, timeout: (value: Int64, mark: Mark)?
    ) throws(Problem) {
        if interval > 0 { scrape.interval = interval }
        if let timeout, timeout.value > scrape.interval {
            throw Problem(
                mark: timeout.mark,
                message: "scrape timeout greater than scrape interval for scrape config with job name "
                    + "\(GoText.quoted(scrape.jobName)) (\(DurationText.text(timeout.value)) > "
                    + "\(DurationText.text(scrape.interval)))")
        }
        scrape.timeout = min(scrape.timeout, scrape.interval)
        if let timeout, timeout.value > 0 { scrape.timeout = timeout.value }
    }

    private static func scheme(_ node: YAMLNode) throws(Problem) -> String {
        let scheme = try node.string()
        if scheme.isEmpty { return "http" }
        if scheme == "http" || scheme == "https" { return scheme }
        throw Problem(mark: node.mark, message: "scheme must be http or https, not \(GoText.quoted(scheme))")
    }

    private static func parameters(_ node: YAMLNode) throws(Problem) -> [ScrapeConfiguration.Parameter] {
        var result: [ScrapeConfiguration.Parameter] = []
        for pair in try Section.pairs(of: node, repeated: { "key \(GoText.quoted($0)) already set in map" }) {
            let name = try pair.key.string()
            var values: [String] = []
            for value in try pair.value.list(of: "the values of parameter \(name)") {
                values.append(try value.string())
            }
            result.append(ScrapeConfiguration.Parameter(name: name, values: values))
        }
        return result
    }

    /// One entry of `static_configs`.
    private static func targetGroup(_ node: YAMLNode) throws(Problem) -> TargetGroup {
        if node.isNull { throw Problem(mark: node.mark, message: "empty or null section in static_configs") }
        var section = try Section(node, type: "targetgroup.Group")
        var targets: [String] = []
        for target in try section.list("targets") { targets.append(try address(target)) }
        let labels = try LabelSection.read(section.take("labels"))
        try section.finish()
        return TargetGroup(targets: targets, labels: Labels(labels.map(\.label)))
    }

    private static func address(_ node: YAMLNode) throws(Problem) -> String {
        let address = try node.string()
        if address.isEmpty || address.contains("/") {
            throw Problem(
                mark: node.mark,
                message: "\(GoText.quoted(address)) is not a valid hostname (write host:port; the path belongs into "
                    + "metrics_path, the scheme into scheme)")
        }
        return address
    }
}
