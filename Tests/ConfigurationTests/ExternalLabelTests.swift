import Configuration
import Model
import Testing

@Suite struct ExternalLabelTests {
    private static func expanded(_ text: String, _ variables: [String: String]) throws -> String? {
        try load("global: {external_labels: {x: '\(text)'}}", variables: variables).global.externalLabels["x"]
    }

    @Test(arguments: [
        ("${TEST}", "v"), ("a${TEST}b", "avb"), ("$TEST", "v"), ("$TEST-b", "v-b"), ("$TESTb", nil),
        ("a$${TEST}", "a${TEST}"), ("a$$b", "a$b"), ("5$", "5$"), ("a${", "a"), ("$1x", "x"), ("a$ b", "a$ b"),
    ])
    func expandsAsGoDoes(text: String, expected: String?) throws {
        #expect(try Self.expanded(text, ["TEST": "v"]) == expected)
    }

    @Test func unsetVariablesAreNamed() throws {
        let configuration = try load(
            "global: {external_labels: {a: '${NOPE}', b: 'x${NOPE}${ALSO}'}}", variables: ["ALSO": ""])
        #expect(configuration.unsetVariables == ["NOPE", "ALSO"])
        #expect(configuration.global.externalLabels == Labels(["b": "x"]))
    }

    @Test func expandsNowhereElse() throws {
        let configuration = try load("scrape_configs: [{job_name: '${TEST}'}]", variables: ["TEST": "v"])
        #expect(configuration.scrapes.map(\.jobName) == ["${TEST}"])
    }
}
