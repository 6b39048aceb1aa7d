/// `storage`
enum StorageSection {
    static func read(_ node: YAMLNode?) throws(Problem) -> StorageConfiguration {
        var result = StorageConfiguration()
        guard let node else { return result }
        var storage = try Section(node, type: "config.plain")
        let tsdb = storage.take("tsdb")
        try storage.finish(unsupported: UnsupportedKeys.storage)
        guard let tsdb else { return result }

        var section = try Section(tsdb, type: "config.plain")
        result.outOfOrderWindow = try section.duration("out_of_order_time_window")?.value
        let retention = section.take("retention")
        try section.finish(unsupported: UnsupportedKeys.tsdb)
        guard let retention else { return result }

        try RetentionSection.read(retention, into: &result)
        return result
    }
}
