import Model

/// At which steps groups of matching series have a number: what is left of a vector for `and` and `unless`.
struct GroupPresence: Sendable {
    private let steps: Int
    private let projection: LabelProjection
    private(set) var groups = LabelTable()
    private var isPresent: [Bool] = []
    private var key: [UInt8] = []
    /// Keeps the room in the query's budget.
    private var room: GrowingRoom

    init(_ projection: LabelProjection, steps: Int, _ room: GrowingRoom) {
        self.projection = projection
        self.steps = steps
        self.room = room
    }

    mutating func add(_ row: SeriesRow) throws(QueryError) {
        projection.project(row.labels, into: &key)
        let (group, isNew) = groups.index(of: key)
        if isNew {
            // A list that grows is there twice while it moves.
            try room.set(bytes: 2 * (isPresent.count + steps) + groups.bytes)
            isPresent.append(contentsOf: repeatElement(false, count: steps))
        }
        isPresent.withUnsafeMutableBufferPointer { isPresent in
            for step in 0..<steps where !row.values[step].isAbsent { isPresent[group * steps + step] = true }
        }
    }

    func withSteps(of group: Int, _ body: (UnsafePointer<Bool>) -> Void) {
        isPresent.withUnsafeBufferPointer { isPresent in
            if let first = isPresent.baseAddress { body(first + group * steps) }
        }
    }
}
