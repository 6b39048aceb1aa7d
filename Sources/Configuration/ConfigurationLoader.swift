import Model

/// Reads Prometheus's configuration format.
package enum ConfigurationLoader {
    /// `file` is the name in errors; `environment` gives the variables for `external_labels`.
    package static func load(
        _ text: [UInt8], file: String, environment: @escaping (String) -> String?
    ) throws(ConfigurationError) -> ServerConfiguration {
        do throws(Problem) {
            return try read(text, environment: environment)
        } catch {
            throw ConfigurationError(
                file: file, line: error.mark.line, column: error.mark.column, message: error.message)
        }
    }

    private static func read(
        _ text: [UInt8], environment: @escaping (String) -> String?
    ) throws(Problem) -> ServerConfiguration {
        var result = ServerConfiguration()
        guard let root = try YAMLReader.read(text) else { return result }
        var section = try Section(root, type: "config.plain")
        let global = section.take("global")
        let scrapes = try section.list("scrape_configs")
        let storage = section.take("storage")
        let ruleFiles = section.take("rule_files")
        let alerting = section.take("alerting")
        try section.finish(unsupported: UnsupportedKeys.top)

        if let ruleFiles { try checkRuleFiles(ruleFiles) }
        for (key, node) in [("alerting", alerting), ("rule_files", ruleFiles)] {
            if let node { result.ignored.append(.init(key: key, line: node.mark.line)) }
        }
        var variables = VariableExpansion(environment: environment)
        result.global = try GlobalSection.read(global, expanding: &variables)
        result.unsetVariables = variables.unset
        result.scrapes = try ScrapeSection.readAll(scrapes, global: result.global)
        result.storage = try StorageSection.read(storage)
        return result
    }

    /// Wildcards may stand in a path's last part only.
    private static func checkRuleFiles(_ node: YAMLNode) throws(Problem) {
        for item in try node.list(of: "rule_files") {
            let path = try item.string()
            let wildcards = path.filter { $0 == "*" }.count
            let afterWildcard = path.drop { $0 != "*" }
            if wildcards > 1 || afterWildcard.contains("/") {
                throw Problem(mark: item.mark, message: "invalid rule file path \(GoText.quoted(path))")
            }
        }
    }
}
