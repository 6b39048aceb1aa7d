import Model

/// What this program is.
package struct BuildInformation: Sendable {
    /// The Prometheus version whose interfaces we offer; clients choose their requests by it.
    package static let compatibleVersion = "3.14.0"

    package var version: String
    package var revision: String
    package var branch: String
    package var buildUser: String
    package var buildDate: String
    /// Name and version of the compiler.
    package var compiler: String

    package init(
        version: String, revision: String = "", branch: String = "", buildUser: String = "", buildDate: String = "",
        compiler: String = ""
    ) {
        self.version = version
        self.revision = revision
        self.branch = branch
        self.buildUser = buildUser
        self.buildDate = buildDate
        self.compiler = compiler
    }

    /// Adds `prometheus_build_info`, which is always 1.
    package func register(on registry: MetricRegistry) {
        let labels = Labels([
            "branch": branch, "goversion": compiler, "revision": revision, "version": Self.compatibleVersion,
            "apus_version": version,
        ])
        let help =
            "A metric with a constant '1' value labeled by version, revision, branch, goversion from which prometheus was built."
        registry.gauge("prometheus_build_info", help, labels: labels).set(1)
    }
}
