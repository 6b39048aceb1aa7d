import Configuration
import Platform
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Server

@Suite struct LiveConfigurationTests {
    private let files = SimulatedFileSystem(seed: 1)
    private let clock = ManualTime(wallMilliseconds: 5000)
    private let registry = MetricRegistry()
    private let log = LogLines()

    private func write(_ text: String, to path: String = "prometheus.yml") throws {
        try Array(text.utf8).withUnsafeBytes { bytes in
            let file = try files.open(path, .create)
            try file.truncate(to: 0)
            try file.append(bytes)
        }
    }

    private func live(_ path: String? = nil) throws -> LiveConfiguration {
        try LiveConfiguration(
            source: ConfigurationSource(named: path, files: files), ownAddress: "127.0.0.1:9090", clock: clock,
            registry: registry, logger: Logger(minimum: .info, clock: clock) { log.add($0) })
    }

    private var page: String {
        let buffer = ByteBuffer()
        registry.write(to: buffer)
        return buffer.text
    }

    @Test func withoutFileTheServerScrapesItself() throws {
        let configuration = try live()
        var applied: [ServerConfiguration] = []
        configuration.begin(ownAddress: "127.0.0.1:4711") { applied.append($0) }
        #expect(applied.map { $0.scrapes.map(\.jobName) } == [["apus"]])
        #expect(applied.first?.scrapes.first?.interval == 5000)
        #expect(applied.first?.scrapes.first?.groups == [TargetGroup(targets: ["127.0.0.1:4711"])])
    }

    @Test func theUsualFileIsTakenUnlessAnotherIsNamed() throws {
        try write("scrape_configs: [{job_name: usual}]")
        try write("scrape_configs: [{job_name: named}]", to: "other.yml")
        #expect(try live().current.scrapes.map(\.jobName) == ["usual"])
        #expect(try live("other.yml").current.scrapes.map(\.jobName) == ["named"])
        #expect(throws: ServerError.self) { try live("missing.yml") }
    }

    @Test func theQueryLogStandsBesideTheFile() throws {
        try files.createDirectory("etc")
        for (named, expected) in [("queries.log", "etc/queries.log"), ("/var/log/queries.log", "/var/log/queries.log")]
        {
            try write("global: {query_log_file: \(named)}\n", to: "etc/prometheus.yml")
            #expect(try live("etc/prometheus.yml").current.global.queryLogFile == expected)
        }
        try write("global: {query_log_file: ''}\n")
        #expect(try live().current.global.queryLogFile == nil)
    }

    @Test func aBadFileChangesNothing() throws {
        try write("scrape_configs: [{job_name: a}]")
        let configuration = try live()
        var applied: [[String]] = []
        configuration.begin(ownAddress: "") { applied.append($0.scrapes.map(\.jobName)) }
        #expect(page.contains("prometheus_config_last_reload_successful 1\n"))
        #expect(page.contains("prometheus_config_last_reload_success_timestamp_seconds 5\n"))

        try write("scrape_configs: [{job_nam: b}]")
        clock.advance(milliseconds: 1000)
        let reason = configuration.reload { applied.append($0.scrapes.map(\.jobName)) }
        #expect(reason?.contains("prometheus.yml:1:19: field job_nam not found") == true)
        #expect(applied == [["a"]])
        #expect(page.contains("prometheus_config_last_reload_successful 0\n"))
        #expect(page.contains("prometheus_config_last_reload_success_timestamp_seconds 5\n"))
        #expect(log.text.contains("level=error msg=\"configuration refused, the old one stays\""))

        try write("scrape_configs: [{job_name: c}]")
        #expect(configuration.reload { applied.append($0.scrapes.map(\.jobName)) } == nil)
        #expect(applied == [["a"], ["c"]])
        #expect(page.contains("prometheus_config_last_reload_successful 1\n"))
        #expect(page.contains("prometheus_config_last_reload_success_timestamp_seconds 6\n"))
    }

    @Test func sectionsWithoutEffectAreSaidLoudly() throws {
        try write("rule_files: [a]\nglobal: {external_labels: {a: $APUS_NOT_SET}}")
        let configuration = try live()
        configuration.begin(ownAddress: "") { _ in }
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.contains("rule_files (line 1) has no effect") == true)
        #expect(log.text.contains("level=warn msg=\"The configuration's section rule_files"))
        #expect(log.text.contains("variable=APUS_NOT_SET"))
        #expect(page.contains("apus_config_section_without_effect{section=\"rule_files\"} 1\n"))
        #expect(page.contains("apus_config_section_without_effect{section=\"alerting\"} 0\n"))
    }

    @Test func aSizeBesideAPercentageIsSaidToBeIdle() throws {
        try write("{}")
        let configuration = try live()
        try write("storage: {tsdb: {retention: {size: 1GB, percentage: 50}}}")
        #expect(configuration.reload { _ in } == nil)
        #expect(log.text.contains("storage.tsdb.retention.size is ignored"))
    }
}

/// What a logger wrote.
final class LogLines: Sendable {
    private let lines = Mutex("")

    var text: String { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0 += line } }
}
