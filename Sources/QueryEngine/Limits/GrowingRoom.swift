import Model

/// Room for what grows bit by bit while an operator works: label sets, tables of groups, lists of matches. The budget
/// is asked for a part more than is needed, so that it is asked seldom.
struct GrowingRoom: Sendable {
    /// Bytes asked for beyond the need, at most; numbers a sixteenth of it.
    private static let largestMargin = 1 << 20

    /// Keeps the room when the operator hands it on with its result.
    let reservation: Reservation
    private var purpose: String
    private var held = (samples: 0, bytes: 0)
    private(set) var bytes = 0
    private var samples = 0

    init(_ budget: Budget, purpose: String) throws(QueryError) {
        self.purpose = purpose
        reservation = try budget.reserve(samples: 0, bytes: 0, purpose: purpose)
    }

    /// Takes so much more.
    mutating func add(bytes more: Int) throws(QueryError) { try set(samples: samples, bytes: bytes + more) }

    /// From now on it is so much; what is less is given back when it settles. `purpose` is asked for when there is
    /// more to say than at the beginning.
    mutating func set(
        samples: Int = 0, bytes: Int, purpose newPurpose: @autoclosure () -> String? = nil
    ) throws(QueryError) {
        self.samples = samples
        self.bytes = bytes
        if bytes <= held.bytes, samples <= held.samples { return }
        if let newPurpose = newPurpose() { purpose = newPurpose }
        try ask(
            samples: samples + min(samples / 8, Self.largestMargin / 16),
            bytes: bytes + min(bytes / 8, Self.largestMargin))
    }

    /// What is held in the end: the result's numbers and label sets.
    mutating func settle(_ columns: SeriesColumns) throws(QueryError) {
        try ask(samples: columns.values.count, bytes: columns.bytes)
    }

    private mutating func ask(samples: Int, bytes: Int) throws(QueryError) {
        held = (samples, bytes)
        try reservation.resize(samples: samples, bytes: bytes, purpose: purpose)
    }
}

extension Labels {
    /// Bytes that a label set takes in an operator's result.
    var heldBytes: Int { encoded.count + SeriesColumns.labelsOverhead }
}
