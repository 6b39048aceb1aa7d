import QueryEngine

extension JSONWriter {
    /// A plan as a tree: what `explain` and `analyze` add to an answer. Seconds, bytes.
    mutating func plan(_ node: PlanDescription) {
        object { writer in
            writer.member("operation", node.operation)
            if !node.detail.isEmpty { writer.member("detail", node.detail) }
            writer.member("steps", node.steps)
            if node.isRepeated { writer.member("repeated", 1) }
            writer.name("estimate")
            writer.object { writer in
                writer.member("series", node.estimate.series)
                writer.member("samples", node.estimate.samples)
                writer.member("bytes", node.estimate.bytes)
            }
            if let actual = node.actual {
                writer.name("actual")
                writer.object { writer in
                    writer.member("series", actual.series)
                    writer.member("points", actual.points)
                    writer.member("samples", actual.samples)
                    writer.member("bytes", actual.bytes)
                    writer.member("ownSeconds", actual.ownSeconds)
                    writer.member("seconds", actual.seconds)
                }
            }
            if !node.reasons.isEmpty {
                writer.name("reasons")
                writer.strings(node.reasons)
            }
            if node.children.isEmpty { return }
            writer.name("children")
            writer.array { writer in
                for child in node.children { writer.plan(child) }
            }
        }
    }
}
