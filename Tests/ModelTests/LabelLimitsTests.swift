import Model
import Testing

struct LabelLimitsTests {
    private func violation(
        _ labels: Labels, count: Int = 0, nameLength: Int = 0, valueLength: Int = 0
    ) -> LabelLimits.Violation? {
        var limits = LabelLimits()
        limits.count = count
        limits.nameLength = nameLength
        limits.valueLength = valueLength
        return limits.violation(by: labels)
    }

    private let labels = Labels(["__name__": "up", "instance": "a:9100", "job": "grüße"])

    @Test func whatIsAtTheLimitPasses() {
        #expect(violation(labels) == nil)
        #expect(violation(labels, count: 3, nameLength: 8, valueLength: 7) == nil)
        #expect(violation(.empty, count: 1, nameLength: 1, valueLength: 1) == nil)
    }

    /// The texts are Prometheus's.
    @Test func eachLimitSaysWhatBreaksIt() {
        let count = violation(labels, count: 2)
        #expect(count?.text == "label_limit exceeded (metric: up, number of labels: 3, limit: 2)")
        #expect(count?.textWithFlag == "--storage.label-limit exceeded (metric: up, number of labels: 3, limit: 2)")
        #expect(
            violation(labels, nameLength: 7)?.text
                == "label_name_length_limit exceeded (metric: up, label name: __name__, length: 8, limit: 7)")
        // Bytes count, not characters.
        let value = violation(labels, valueLength: 6)
        #expect(
            value?.text
                == "label_value_length_limit exceeded (metric: up, label name: job, value: \"grüße\", length: 7, limit: 6)"
        )
        #expect(value?.textWithFlag.hasPrefix("--storage.label-value-length-limit exceeded (") == true)
    }

    @Test func longTextsAreShortenedInTheMessage() {
        let long = String(repeating: "ä", count: 60)
        let text = violation(Labels(["__name__": long, "n": "v"]), valueLength: 100)?.text
        let short = String(repeating: "ä", count: 50)
        #expect(
            text == "label_value_length_limit exceeded (metric: \(short), label name: __name__, value: \"\(short)\", "
                + "length: 120, limit: 100)")
    }
}
