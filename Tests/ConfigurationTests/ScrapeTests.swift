import Configuration
import Model
import Testing

@Suite struct ScrapeTests {
    @Test func readsEveryKey() throws {
        let scrape = try #require(
            try load(
                """
                scrape_configs:
                  - job_name: node
                    scrape_interval: 1m30s
                    scrape_timeout: 9s
                    metrics_path: /probe
                    scheme: https
                    honor_labels: yes
                    honor_timestamps: false
                    track_timestamps_staleness: true
                    params:
                      module: [http, dns]
                      a: ["1"]
                    static_configs:
                      - targets: ["a:9100", 'b:9100']
                        labels: {env: prod, rack: 7}
                      - targets: [c:80]
                """
            ).scrapes.first)
        #expect(scrape.jobName == "node")
        #expect(scrape.interval == 90_000)
        #expect(scrape.timeout == 9_000)
        #expect(scrape.metricsPath == "/probe")
        #expect(scrape.scheme == "https")
        #expect(scrape.honorsLabels)
        #expect(!scrape.honorsTimestamps)
        #expect(scrape.tracksTimestampsStaleness)
        #expect(
            scrape.parameters == [
                .init(name: "module", values: ["http", "dns"]), .init(name: "a", values: ["1"]),
            ])
        #expect(
            scrape.groups == [
                TargetGroup(targets: ["a:9100", "b:9100"], labels: Labels(["env": "prod", "rack": "7"])),
                TargetGroup(targets: ["c:80"]),
            ])
    }

    @Test func fillsDefaultsFromGlobal() throws {
        let configuration = try load(
            """
            global: {scrape_interval: 5s}
            scrape_configs:
              - job_name: a
              - job_name: b
                scrape_interval: 2s
              - job_name: c
                scrape_interval: 1m
                scrape_timeout: 0s
            """)
        #expect(configuration.global.scrapeTimeout == 5000)
        #expect(configuration.global.evaluationInterval == 60_000)
        #expect(configuration.scrapes.map(\.interval) == [5000, 2000, 60_000])
        #expect(configuration.scrapes.map(\.timeout) == [5000, 2000, 5000])
        #expect(configuration.scrapes.map(\.metricsPath) == ["/metrics", "/metrics", "/metrics"])
        #expect(configuration.scrapes.map(\.scheme) == ["http", "http", "http"])
        #expect(configuration.scrapes.map(\.honorsTimestamps) == [true, true, true])
    }

    @Test(arguments: [
        (
            "scrape_configs:\n - job_name: a\n   scrape_interval: 5s\n   scrape_timeout: 6s",
            "test.yml:4:20: scrape timeout greater than scrape interval for scrape config with job name \"a\" (6s > 5s)"
        ),
        (
            "global: {scrape_interval: 5s, scrape_timeout: 1m}",
            "test.yml:1:47: global scrape timeout greater than scrape interval (1m > 5s)"
        ),
        (
            "scrape_configs:\n - job_name: a\n - job_name: a",
            "test.yml:3:4: found multiple scrape configs with job name \"a\""
        ),
        ("scrape_configs:\n - scheme: http", "test.yml:2:4: job_name is empty"),
        (
            "scrape_configs: [{job_name: a, scrape_interval: 5}]",
            "test.yml:1:49: scrape_interval: not a valid duration string: \"5\" (write it like 15s or 1m30s)"
        ),
        ("scrape_configs: [{job_name: a, scheme: ftp}]", "test.yml:1:40: scheme must be http or https, not \"ftp\""),
        (
            "scrape_configs: [{job_name: a, honor_labels: maybe}]",
            "test.yml:1:46: honor_labels must be true or false, not \"maybe\""
        ),
        (
            "scrape_configs: [{job_name: a, static_configs: [{targets: ['http://x']}]}]",
            "test.yml:1:60: \"http://x\" is not a valid hostname (write host:port; the path belongs into metrics_path, "
                + "the scheme into scheme)"
        ),
        ("scrape_configs: {job_name: a}", "test.yml:1:17: scrape_configs must be a list (- item), found a mapping"),
        (
            "scrape_configs: [{job_name: a, static_configs: [{targets: [x], labels: {'': v}}]}]",
            "test.yml:1:73: \"\" is not a valid label name"
        ),
    ])
    func refuses(text: String, expected: String) {
        #expect(refusal(text) == expected)
    }
}
