import Configuration
import Model
import Testing

/// `body_size_limit` and the other limits of scrapes, in `global` and in jobs.
struct LimitKeyTests {
    @Test func jobsTakeWhatTheyDoNotSayFromGlobal() throws {
        let configuration = try load(
            """
            global:
              body_size_limit: 15MB
              sample_limit: 1500
              target_limit: 30
              label_limit: 30
              label_name_length_limit: 200
              label_value_length_limit: 300
            scrape_configs:
              - job_name: same
              - job_name: other
                body_size_limit: 1KiB
                sample_limit: 7
                target_limit: 0
                label_limit: 35
                label_name_length_limit: 210
                label_value_length_limit: 310
            """)
        var limits = ScrapeLimits()
        limits.bodySize = 15 << 20
        limits.samples = 1500
        limits.targets = 30
        limits.labels.count = 30
        limits.labels.nameLength = 200
        limits.labels.valueLength = 300
        #expect(configuration.global.limits == limits)
        #expect(configuration.scrapes[0].limits == limits)
        limits.bodySize = 1024
        limits.samples = 7
        limits.labels.count = 35
        limits.labels.nameLength = 210
        limits.labels.valueLength = 310
        // 0 counts as not given.
        #expect(configuration.scrapes[1].limits == limits)
    }

    @Test func thereAreNoneByDefault() throws {
        #expect(try load("scrape_configs: [{job_name: a}]").scrapes[0].limits == ScrapeLimits())
    }

    @Test(arguments: [
        ("sample_limit: -1", "sample_limit must be a whole number from 0 on, not -1"),
        ("label_limit: 1.5", "label_limit must be a whole number from 0 on, not 1.5"),
        ("target_limit: many", "target_limit must be a number, not"),
        ("body_size_limit: 15", "body_size_limit: units: unknown unit  in 15 (write it like 512MB)"),
        ("body_size_limit: [1]", "body_size_limit must be like 512MB, not"),
    ])
    func whatIsNoLimitIsRefused(line: String, expected: String) {
        let error = #expect(throws: ConfigurationError.self) { try load("global: {\(line)}") }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
}
