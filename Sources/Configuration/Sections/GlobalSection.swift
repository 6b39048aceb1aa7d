import Model

/// `global`
enum GlobalSection {
    /// A duration of 0 counts as not given, as in Prometheus.
    static func read(
        _ node: YAMLNode?, expanding variables: inout VariableExpansion
    ) throws(Problem) -> GlobalConfiguration {
        var result = GlobalConfiguration()
        guard let node else { return result }
        var section = try Section(node, type: "config.plain")
        let interval = try section.duration("scrape_interval")
        let timeout = try section.duration("scrape_timeout")
        let evaluation = try section.duration("evaluation_interval")
        let labels = try LabelSection.read(section.take("external_labels"))
        result.limits = try LimitKeys.read(from: &section)
        let queryLog = try section.string("query_log_file")
        try section.finish(unsupported: UnsupportedKeys.global)

        if let interval, interval.value > 0 { result.scrapeInterval = interval.value }
        if let timeout, timeout.value > result.scrapeInterval {
            throw Problem(
                mark: timeout.mark,
                message: "global scrape timeout greater than scrape interval "
                    + "(\(DurationText.text(timeout.value)) > \(DurationText.text(result.scrapeInterval)))")
        }
        result.scrapeTimeout = min(result.scrapeTimeout, result.scrapeInterval)
        if let timeout, timeout.value > 0 { result.scrapeTimeout = timeout.value }
        if let evaluation, evaluation.value > 0 { result.evaluationInterval = evaluation.value }
        if let queryLog, !queryLog.isEmpty { result.queryLogFile = queryLog }
        result.externalLabels = Labels(labels.map { Label($0.label.name, variables.expand($0.label.value)) })
        return result
    }
}
