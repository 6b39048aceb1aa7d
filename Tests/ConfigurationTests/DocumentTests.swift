import Configuration
import Model
import Testing

@Suite struct DocumentTests {
    @Test(arguments: ["", "# nothing\n", "---\n", "global:\nscrape_configs:\n"])
    func emptyFilesAreDefaults(text: String) throws {
        #expect(try load(text) == ServerConfiguration())
    }

    @Test func anchorsAliasesAndMergeKeys() throws {
        let configuration = try load(
            """
            scrape_configs:
              - &base
                job_name: a
                scrape_interval: 7s
                static_configs: &targets [{targets: ["x:1"]}]
              - <<: *base
                job_name: b
              - job_name: c
                static_configs: *targets
            """)
        #expect(configuration.scrapes.map(\.jobName) == ["a", "b", "c"])
        #expect(configuration.scrapes.map(\.interval) == [7000, 7000, 60_000])
        #expect(configuration.scrapes.allSatisfy { $0.groups == [TargetGroup(targets: ["x:1"])] })
    }

    @Test(arguments: [
        (
            "global: {scrape_interva: 5s}",
            "test.yml:1:10: field scrape_interva not found in type config.plain (did you mean scrape_interval?)"
        ),
        ("zzz: 1", "test.yml:1:1: field zzz not found in type config.plain"),
        (
            "remote_write: []",
            "test.yml:1:1: remote_write is not supported yet: remove it to go on without it"
        ),
        (
            "scrape_configs:\n- job_name: a\n  relabel_configs: []",
            "test.yml:3:3: relabel_configs is not supported yet: remove it to go on without it"
        ),
        ("global: {}\nglobal: {}", "test.yml:2:1: field global already set in type config.plain"),
        ("global: {external_labels: {a: b, a: c}}", "test.yml:1:34: key \"a\" already set in map"),
        ("- a", "test.yml:1:1: expected a mapping (key: value), found a list"),
        ("global: [", "test.yml:2:1: yaml: did not find expected node content while parsing a flow node"),
        ("a: *b", "test.yml:1:4: unknown anchor 'b' referenced"),
        ("a: b\n---\nc: d", "test.yml:2:1: a second document begins here; a configuration is one document"),
        ("global: {external_labels: {a: !!binary '*'}}", "test.yml:1:31: !!binary value contains invalid base64 data"),
    ])
    func refuses(text: String, expected: String) {
        #expect(refusal(text) == expected)
    }

    @Test func aliasesCannotGrowWithoutBound() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let item = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\([String](repeating: item, count: 10).joined(separator: ", "))]\n"
        }
        #expect(refusal(text) == "test.yml:6:5: aliases make this document too large")
    }

    @Test func bytesThatAreNoTextAreFound() {
        let text = Array("global:\n  ä: ".utf8) + [0xff, 0x0a]
        do {
            _ = try ConfigurationLoader.load(text, file: "f") { _ in nil }
            Issue.record("accepted")
        } catch {
            #expect(error.description == "f:2:6: yaml: invalid leading UTF-8 octet")
        }
    }

    @Test func deepNestingIsRefused() {
        #expect(refusal(String(repeating: "[", count: 200)) == "test.yml:1:66: nested too deeply")
    }

    @Test func acceptedWithoutEffectIsListed() throws {
        let configuration = try load("rule_files: [a.yml]\nalerting:\n  alertmanagers: [{anything: 1}]\n")
        #expect(configuration.ignored == [.init(key: "alerting", line: 3), .init(key: "rule_files", line: 1)])
    }

    @Test func storageSettings() throws {
        let storage = try load(
            "storage: {tsdb: {out_of_order_time_window: 30m, retention: {time: 10d}}}"
        ).storage
        #expect(storage.outOfOrderWindow == 1_800_000)
        #expect(storage.retention?.time == 864_000_000)
        #expect(try load("storage: {tsdb: {out_of_order_time_window: 0s}}").storage.outOfOrderWindow == 0)
        #expect(try load("storage: {}").storage.outOfOrderWindow == nil)
    }
}
