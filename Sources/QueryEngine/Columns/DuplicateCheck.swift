import Model

/// Notices label sets that are equal without their names.
struct DuplicateCheck {
    private var table = LabelTable()
    private var key: [UInt8] = []

    mutating func add(_ labels: Labels) throws(QueryError) {
        LabelProjection.nameless.project(labels, into: &key)
        if !table.index(of: key).isNew { throw .duplicateLabels }
    }
}
