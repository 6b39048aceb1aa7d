import Model

/// A loaded configuration file, all defaults filled in. Durations are milliseconds.
package struct ServerConfiguration: Sendable, Equatable {
    package var global = GlobalConfiguration()
    package var scrapes: [ScrapeConfiguration] = []
    /// Sections that were accepted but have no effect yet (`alerting`, `rule_files`), with their lines.
    package var ignored: [IgnoredSection] = []
    package var storage = StorageConfiguration()
    /// Environment variables that `external_labels` names and that have no value.
    package var unsetVariables: [String] = []

    package init() {}

    package struct IgnoredSection: Sendable, Equatable {
        package var key: String
        package var line: Int

        package init(key: String, line: Int) {
            self.key = key
            self.line = line
        }
    }
}

/// What the file says about the store; nil leaves the command line's value. Milliseconds.
package struct StorageConfiguration: Sendable, Equatable {
    package var outOfOrderWindow: Int64?
    /// Nil: neither time nor size nor percentage stands in the file.
    package var retention: RetentionLimits?
    /// The first one that matches a series holds for it.
    package var retentionRules: [RetentionRule] = []

    package init() {}
}

/// How much is kept; 0 is no limit. A percentage comes before a size.
package struct RetentionLimits: Sendable, Equatable {
    /// Milliseconds.
    package var time: Int64 = 0
    /// Bytes.
    package var size: Int64 = 0
    /// Of the file system's bytes.
    package var percentage = 0.0

    package init() {}
}

package struct GlobalConfiguration: Sendable, Equatable {
    package var scrapeInterval: Int64 = 60_000
    package var scrapeTimeout: Int64 = 10_000
    package var evaluationInterval: Int64 = 60_000
    package var externalLabels = Labels.empty
    /// What jobs keep within that name no limit of their own.
    package var limits = ScrapeLimits()
    /// Where queries are logged; nil: nowhere. As the file has it: relative to the file's directory.
    package var queryLogFile: String?

    package init() {}
}

/// One entry of `scrape_configs`.
package struct ScrapeConfiguration: Sendable, Equatable {
    package var jobName: String
    package var interval: Int64
    package var timeout: Int64
    package var metricsPath = "/metrics"
    package var scheme = "http"
    /// URL parameters in file order.
    package var parameters: [Parameter] = []
    package var honorsLabels = false
    package var honorsTimestamps = true
    package var tracksTimestampsStaleness = false
    package var limits = ScrapeLimits()
    package var groups: [TargetGroup] = []

    package init(jobName: String, interval: Int64, timeout: Int64) {
        self.jobName = jobName
        self.interval = interval
        self.timeout = timeout
    }

    package struct Parameter: Sendable, Equatable {
        package var name: String
        package var values: [String]

        package init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }
}

/// What makes scrapes fail as a whole; 0 is no limit.
package struct ScrapeLimits: Sendable, Equatable {
    /// Bytes of a page, unpacked.
    package var bodySize: Int64 = 0
    package var samples = 0
    /// Of the job: beyond it none of them is scraped.
    package var targets = 0
    /// Of each series, the target's labels included.
    package var labels = LabelLimits()

    package init() {}
}

/// Targets with common labels (`static_configs`).
package struct TargetGroup: Sendable, Equatable {
    /// `host:port`
    package var targets: [String]
    package var labels: Labels

    package init(targets: [String], labels: Labels = .empty) {
        self.targets = targets
        self.labels = labels
    }
}
