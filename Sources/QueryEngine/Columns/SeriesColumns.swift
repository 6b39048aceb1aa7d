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
    init(labels: [Labels], steps: Int, reservation: Reservation?, _ limits: QueryLimits) throws(QueryError) {
        self.init(
            labels: labels, values: try [Double](repeating: .absent, count: labels.count * steps, limits),
            steps: steps, reservation: reservation)
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
    mutating func updateRows(
        _ limits: QueryLimits, _ body: (Int, UnsafeMutablePointer<Double>) -> Void
    ) throws(QueryError) {
        guard steps > 0 else { return }
        let (count, steps) = (labels.count, steps)
        var pace = Pace(limits)
        try values.withUnsafeMutableBufferPointer { buffer throws(QueryError) in
            guard let base = buffer.baseAddress else { return }
            for series in 0..<count {
                body(series, base + series * steps)
                try pace.did(steps)
            }
        }
    }

    /// Replaces every present number. The closure is inlined into the loop.
    @inline(__always) mutating func transform(
        _ limits: QueryLimits, _ body: (Double) -> Double
    ) throws(QueryError) {
        var pace = Pace(limits)
        try values.withUnsafeMutableBufferPointer { buffer throws(QueryError) in
            try pace.runs(of: buffer.count) { run throws(QueryError) in
                for index in run where !buffer[index].isAbsent { buffer[index] = body(buffer[index]) }
            }
        }
    }

    /// The same with the number of the step.
    @inline(__always) mutating func transformSteps(
        _ limits: QueryLimits, _ body: (Double, Int) -> Double
    ) throws(QueryError) {
        let steps = steps
        try updateRows(limits) { _, row in
            for step in 0..<steps where !row[step].isAbsent { row[step] = body(row[step], step) }
        }
    }

    /// The same with numbers of its own, to be changed in place.
    func copied(_ limits: QueryLimits) throws(QueryError) -> SeriesColumns {
        var result = self
        var pace = Pace(limits)
        result.values = []
        result.values.reserveCapacity(values.count)
        try result.values.append(values, &pace)
        return result
    }

    mutating func setLabels(_ newLabels: [Labels]) {
        labels = newLabels
        isNameless = false
    }

    /// Which series lose their names at the end; none when empty.
    mutating func setNameLosers(_ losers: [Bool]) { nameLosers = losers.contains(true) ? losers : [] }

    /// Takes the metric name, type and unit away and joins what became equal; `isDelayed`: at the end.
    mutating func dropNames(isDelayed: Bool, _ limits: QueryLimits) throws(QueryError) {
        if isNameless { return }
        if isDelayed {
            nameLosers = [Bool](repeating: true, count: count)
            return
        }
        var buffer: [UInt8] = []
        var pace = Pace(limits)
        for series in labels.indices {
            labels[series] = LabelProjection.nameless.labels(labels[series], &buffer)
            try pace.did(Pace.labels)
        }
        isNameless = true
        try mergeEqualLabels(limits)
    }

    /// Takes the names that are due and joins what became equal.
    mutating func dropDelayedNames(_ limits: QueryLimits) throws(QueryError) {
        if nameLosers.isEmpty { return }
        var buffer: [UInt8] = []
        var pace = Pace(limits)
        for series in labels.indices where nameLosers[series] {
            labels[series] = LabelProjection.nameless.labels(labels[series], &buffer)
            try pace.did(Pace.labels)
        }
        nameLosers = []
        try mergeEqualLabels(limits)
    }

    /// Joins series with equal labels; fails when two of them have a number at the same step.
    mutating func mergeEqualLabels(_ limits: QueryLimits) throws(QueryError) {
        guard count > 1 else { return }
        var pace = Pace(limits)
        var table = LabelTable(capacity: count)
        var firsts: [Int] = []
        var duplicates: [(series: Int, first: Int)] = []
        for (series, one) in labels.enumerated() {
            let (entry, isNew) = table.index(of: one)
            if isNew { firsts.append(series) } else { duplicates.append((series, firsts[entry])) }
            try pace.did(Pace.labels)
        }
        if duplicates.isEmpty { return }
        for (series, first) in duplicates {
            if losesName(series) { nameLosers[first] = true }
            for step in 0..<steps where !values[series * steps + step].isAbsent {
                guard values[first * steps + step].isAbsent else { throw .duplicateLabels }
                values[first * steps + step] = values[series * steps + step]
            }
            try pace.did(steps)
        }
        try keep(firsts, limits)
    }

    /// Keeps only these series, in this order.
    mutating func keep(_ series: [Int], _ limits: QueryLimits) throws(QueryError) {
        var kept: [Double] = []
        var pace = Pace(limits)
        kept.reserveCapacity(series.count * steps)
        for index in series {
            kept.append(contentsOf: values[index * steps..<(index + 1) * steps])
            try pace.did(steps)
        }
        nameLosers = nameLosers(of: series)
        labels = series.map { labels[$0] }
        values = kept
    }
}

extension QueryError {
    static let duplicateLabels = QueryError.execution("vector cannot contain metrics with the same labelset")
}
