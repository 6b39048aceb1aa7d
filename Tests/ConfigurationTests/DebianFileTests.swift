import Configuration
import Model
import Testing

/// The file of Debian 12's package prometheus, comments left out, loads as it is.
@Suite struct DebianFileTests {
    private static let text = """
        global:
          scrape_interval:     15s # Set the scrape interval to every 15 seconds. Default is every 1 minute.
          evaluation_interval: 15s # Evaluate rules every 15 seconds. The default is every 1 minute.
          external_labels:
              monitor: 'example'
        alerting:
          alertmanagers:
          - static_configs:
            - targets: ['localhost:9093']
        rule_files:
          # - "first_rules.yml"
          # - "second_rules.yml"
        scrape_configs:
          - job_name: 'prometheus'
            scrape_interval: 5s
            scrape_timeout: 5s
            static_configs:
              - targets: ['localhost:9090']

          - job_name: node
            static_configs:
              - targets: ['localhost:9100']
        """

    @Test func loads() throws {
        let configuration = try load(Self.text)
        #expect(configuration.scrapes.map(\.jobName) == ["prometheus", "node"])
        #expect(configuration.scrapes.map(\.interval) == [5000, 15_000])
        #expect(configuration.scrapes.map(\.timeout) == [5000, 10_000])
        #expect(configuration.scrapes.flatMap(\.groups).flatMap(\.targets) == ["localhost:9090", "localhost:9100"])
        #expect(configuration.global.externalLabels == Labels(["monitor": "example"]))
        #expect(configuration.ignored.map(\.key) == ["alerting"])
    }
}
