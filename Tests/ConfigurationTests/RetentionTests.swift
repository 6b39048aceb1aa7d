import Configuration
import Model
import Testing

/// `storage.tsdb.retention`: Prometheus's keys and our rules.
struct RetentionTests {
    private func retention(_ text: String) throws -> StorageConfiguration {
        try load("storage: {tsdb: {retention: \(text)}}").storage
    }

    @Test func limits() throws {
        let all = try #require(try retention("{time: 30d, size: 1GB512MB, percentage: 12.5}").retention)
        #expect(all.time == 30 * 86_400_000)
        #expect(all.size == 1 << 30 + 512 << 20)
        #expect(all.percentage == 12.5)
        // Naming one is leaving out the others.
        let size = try #require(try retention("{size: 5KiB}").retention)
        #expect(size.time == 0 && size.size == 5120 && size.percentage == 0)
        #expect(try retention("{time: 0}").retention == RetentionLimits())
    }

    @Test func nothingIsLeftToTheFlags() throws {
        for text in ["{}", "", "{rules: []}", "{rules: [{match: up, time: 1h}]}"] {
            #expect(try retention(text).retention == nil)
        }
    }

    @Test func rules() throws {
        let rules = try retention(
            "{rules: [{match: '{job=\"debug\",env!~\"prod.*\"}', time: 6h}, {match: slo_total, time: 2y}]}"
        ).retentionRules
        #expect(rules.map(\.time) == [21_600_000, 2 * 365 * 86_400_000])
        #expect(rules[0].matchers.map(\.description) == ["job=\"debug\"", "env!~\"prod.*\""])
        #expect(rules[1].matchers == [.equal("__name__", "slo_total")])
    }

    @Test(arguments: [
        ("{size: 512}", "3:13: size: units: unknown unit  in 512 (write it like 512MB)"),
        ("{size: 5XB}", "3:13: size: units: unknown unit XB in 5XB (write it like 512MB)"),
        (
            "{size: -1GB}",
            "3:13: 'storage.tsdb.retention.size' must be greater than or equal to 0, got -1GiB"
        ),
        ("{percentage: 101}", "3:19: 'storage.tsdb.retention.percentage' must be in the range [0, 100], got 101"),
        ("{percentage: half}", "3:19: percentage must be a number, not \"half\""),
        ("{tim: 1d}", "3:7: field tim not found in type config.plain (did you mean time?)"),
        (
            "{rules: [{match: up}]}",
            "3:15: a retention rule needs match, a selector like '{job=\"debug\"}', and time, above 0"
        ),
        (
            "{rules: [{match: '{job=', time: 1h}]}",
            "3:23: match: unexpected end of input inside braces"
        ),
        ("{rules: [{match: up, time: 1h, for: 1h}]}", "3:37: field for not found in type retention rule"),
    ])
    func refusals(text: String, reason: String) {
        let found = refusal("storage:\n  tsdb: {retention:\n     \(text)}")
        #expect(found == "test.yml:\(reason)")
    }
}
