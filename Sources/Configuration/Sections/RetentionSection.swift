import Model
import PromQL

/// `storage.tsdb.retention`
enum RetentionSection {
    static func read(_ node: YAMLNode, into result: inout StorageConfiguration) throws(Problem) {
        var section = try Section(node, type: "config.plain")
        let time = try section.duration("time")
        let size = try section.byteSize("size")
        let percentage = try section.number("percentage")
        let rules = try section.list("rules")
        try section.finish()

        if time != nil || size != nil || percentage != nil {
            var limits = RetentionLimits()
            limits.time = time?.value ?? 0
            if let size {
                if size.value < 0 {
                    throw Problem(
                        mark: size.mark,
                        message: "'storage.tsdb.retention.size' must be greater than or equal to 0, got "
                            + ByteSizeText.text(size.value))
                }
                limits.size = size.value
            }
            if let percentage {
                guard percentage.value >= 0, percentage.value <= 100 else {
                    throw Problem(
                        mark: percentage.mark,
                        message: "'storage.tsdb.retention.percentage' must be in the range [0, 100], got "
                            + FloatText.general(percentage.value))
                }
                limits.percentage = percentage.value
            }
            result.retention = limits
        }
        for rule in rules { result.retentionRules.append(try self.rule(rule)) }
    }

    private static func rule(_ node: YAMLNode) throws(Problem) -> RetentionRule {
        var section = try Section(node, type: "retention rule")
        let match = section.take("match")
        let time = try section.duration("time")
        try section.finish()
        guard let match, let time, time.value > 0 else {
            throw Problem(
                mark: node.mark,
                message: "a retention rule needs match, a selector like '{job=\"debug\"}', and time, above 0")
        }
        let text = try match.string()
        do throws(ParseError) {
            return RetentionRule(matchers: try Parser.selector(text), time: time.value)
        } catch {
            throw Problem(mark: match.mark, message: "match: \(error.message)")
        }
    }
}
