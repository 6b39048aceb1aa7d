import Model

/// The result of a vector operation: per series a label set and one number per step, `absent` where it has none.
///
/// A series without any number may be in it; it counts as not there.
struct SeriesColumns: Sendable {
    /// Bytes that a label set takes beside its text, its place in a table while equal ones are looked for included.
    static let labelsOverhead = 96

    let steps: Int
    private(set) var labels: [Labels]
    /// Series after series, `steps` numbers each.
    var values: [Double]
    /// No label set has a metric name (or type or unit) any more.
    private(set) var isNameless: Bool
    /// Per series whether its name goes at the end of the evaluation; empty where none does.
    private var nameLosers: [Bool]
    /// Keep the room in the query's budget.
    private var reservations: [Reservation]

    /// All numbers absent.
    init(labels: [Labels], steps: Int, reservation: Reservation?) {
        self.labels = labels
        self.steps = steps
        reservations = reservation.map { [$0] } ?? []
        isNameless = false
        nameLosers = []
        values = [Double](repeating: .absent, count: labels.count * steps)
    }

    init(
        labels: [Labels], values: [Double], steps: Int, isNameless: Bool = false, nameLosers: [Bool] = [],
        reservation: Reservation?
    ) {
        self.nameLosers = nameLosers
        self.labels = labels
        self.steps = steps
        self.values = values
        self.isNameless = isNameless
        reservations = reservation.map { [$0] } ?? []
    }

    var count: Int { labels.count }

    /// Bytes of the numbers and the label sets.
    var bytes: Int { values.count * 8 + labelBytes }
    var labelBytes: Int { labels.reduce(0) { $0 + $1.heldBytes } }

    /// Keeps more room as long as this lives.
    mutating func hold(_ reservation: Reservation) { reservations.append(reservation) }

    func losesName(_ series: Int) -> Bool { !nameLosers.isEmpty && nameLosers[series] }

    /// Per series; empty where none loses its name.
    func nameLosers(of series: some Collection<Int>) -> [Bool] {
        nameLosers.isEmpty ? [] : series.map { nameLosers[$0] }
    }

    func hasValues(_ series: Int) -> Bool {
        values[series * steps..<(series + 1) * steps].contains { !$0.isAbsent }
    }

    /// Calls `body` with each series' numbers.
    func forEachRow<Failure>(
        _ body: (Int, UnsafePointer<Double>) throws(Failure) -> Void
    ) throws(Failure) {
        guard steps > 0 else { return }
        try values.withUnsafeBufferPointer { buffer throws(Failure) in
            guard let base = buffer.baseAddress else { return }
            for series in 0..<labels.count { try body(series, base + series * steps) }
        }
    }

    /// Lets `body` change each series' numbers in place.
    mutating func updateRows(_ body: (Int, UnsafeMutablePointer<Double>) -> Void) {
        guard steps > 0 else { return }
        values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for series in 0..<labels.count { body(series, base + series * steps) }
        }
    }

    /// Replaces every present number. The closure is inlined into the loop.
    @inline(__always) mutating func transform(_ body: (Double) -> Double) {
        values.withUnsafeMutableBufferPointer { buffer in
            for index in buffer.indices where !buffer[index].isAbsent { buffer[index] = body(buffer[index]) }
        }
    }

    /// The same with the number of the step.
    @inline(__always) mutating func transformSteps(_ body: (Double, Int) -> Double) {
        let steps = steps
        updateRows { _, row in
            for step in 0..<steps where !row[step].isAbsent { row[step] = body(row[step], step) }
        }
    }

    mutating func setLabels(_ newLabels: [Labels]) {
        labels = newLabels
        isNameless = false
    }

    /// Which series lose their names at the end; none when empty.
    mutating func setNameLosers(_ losers: [Bool]) { nameLosers = losers.contains(true) ? losers : [] }

    /// Takes the metric name, type and unit away and joins what became equal; `isDelayed`: at the end.
    mutating func dropNames(isDelayed: Bool) throws(QueryError) {
        if isNameless { return }
        if isDelayed {
            nameLosers = [Bool](repeating: true, count: count)
            return
        }
        var buffer: [UInt8] = []
        labels = labels.map { LabelProjection.nameless.labels($0, &buffer) }
        isNameless = true
        try mergeEqualLabels()
    }

    /// Takes the names that are due and joins what became equal.
    mutating func dropDelayedNames() throws(QueryError) {
        if nameLosers.isEmpty { return }
        var buffer: [UInt8] = []
        for series in labels.indices where nameLosers[series] {
            labels[series] = LabelProjection.nameless.labels(labels[series], &buffer)
        }
        nameLosers = []
        try mergeEqualLabels()
    }

    /// Joins series with equal labels; fails when two of them have a number at the same step.
    mutating func mergeEqualLabels() throws(QueryError) {
        guard count > 1 else { return }
        var table = LabelTable(capacity: count)
        var firsts: [Int] = []
        var duplicates: [(series: Int, first: Int)] = []
        for (series, one) in labels.enumerated() {
            let (entry, isNew) = table.index(of: one)
            if isNew { firsts.append(series) } else { duplicates.append((series, firsts[entry])) }
        }
        if duplicates.isEmpty { return }
        for (series, first) in duplicates {
            if losesName(series) { nameLosers[first] = true }
            for step in 0..<steps where !values[series * steps + step].isAbsent {
                guard values[first * steps + step].isAbsent else { throw .duplicateLabels }
                values[first * steps + step] = values[series * steps + step]
            }
        }
        keep(firsts)
    }

    /// Keeps only these series, in this order.
    mutating func keep(_ series: [Int]) {
        var kept: [Double] = []
        kept.reserveCapacity(series.count * steps)
        for index in series { kept.append(contentsOf: values[index * steps..<(index + 1) * steps]) }
        nameLosers = nameLosers(of: series)
        labels = series.map { labels[$0] }
        values = kept
    }
}

extension QueryError {
    static let duplicateLabels = QueryError.execution("vector cannot contain metrics with the same labelset")
}
