import Model

/// Notices label sets that are equal without their names.
struct DuplicateCheck {
    private var table = LabelTable()
    private var key: [UInt8] = []
    private var room: GrowingRoom

    init(_ budget: Budget, purpose: String) throws(QueryError) {
        room = try GrowingRoom(budget, purpose: purpose)
    }

    mutating func add(_ labels: Labels) throws(QueryError) {
        LabelProjection.nameless.project(labels, into: &key)
        if !table.index(of: key).isNew { throw .duplicateLabels }
        try room.set(bytes: table.bytes)
    }
}
