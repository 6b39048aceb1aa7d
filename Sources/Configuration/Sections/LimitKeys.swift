import Model

/// The keys of ``ScrapeLimits``, in `global` and in each scrape configuration.
enum LimitKeys {
    /// A limit of 0 counts as not given, as in Prometheus.
    static func read(
        from section: inout Section, defaults: ScrapeLimits = ScrapeLimits()
    ) throws(Problem) -> ScrapeLimits {
        var result = defaults
        if let size = try section.byteSize("body_size_limit"), size.value > 0 { result.bodySize = size.value }
        try read("sample_limit", from: &section, into: &result.samples)
        try read("target_limit", from: &section, into: &result.targets)
        try read("label_limit", from: &section, into: &result.labels.count)
        try read("label_name_length_limit", from: &section, into: &result.labels.nameLength)
        try read("label_value_length_limit", from: &section, into: &result.labels.valueLength)
        return result
    }

    private static func read(_ key: String, from section: inout Section, into limit: inout Int) throws(Problem) {
        if let value = try section.count(key), value > 0 { limit = value }
    }
}
