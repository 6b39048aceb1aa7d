import Platform

/// Looks at deadline and cancellation once in a while: a long loop tells it what it has done, so that a look costs
/// nothing beside the work between two of them.
struct Pace {
    /// Numbers handled between two looks: well below a millisecond.
    static let numbers = 1 << 14
    /// What a label set costs that is copied, hashed or compared, in numbers.
    static let labels = 32

    private let limits: QueryLimits
    private var left = Self.numbers

    init(_ limits: QueryLimits) { self.limits = limits }

    @inline(__always) mutating func did(_ numbers: Int) throws(QueryError) {
        left -= numbers
        if left <= 0 { try look() }
    }

    private mutating func look() throws(QueryError) {
        left = Self.numbers
        try limits.checkpoint()
    }

    /// Calls `body` with runs of so many numbers that a look comes after each.
    mutating func runs(of count: Int, _ body: (Range<Int>) throws(QueryError) -> Void) throws(QueryError) {
        var start = 0
        while start < count {
            let end = min(start + Self.numbers, count)
            try body(start..<end)
            try did(end - start)
            start = end
        }
    }
}

extension Array {
    /// Sorts; `cost` is what a comparison costs, in numbers.
    mutating func sort(
        _ pace: inout Pace, cost: Int = 1, by precedes: (Element, Element) -> Bool
    ) throws(QueryError) {
        do {
            try sort { left, right in
                try pace.did(cost)
                return precedes(left, right)
            }
        } catch {
            // The standard library does not say that it throws on what the closure throws.
            throw error as? QueryError ?? .execution("\(error)")
        }
    }
}

extension [Double] {
    /// Numbers that room is made for before any came, at most. The system gives memory only where it is written to,
    /// while a list that outgrows its room is copied as a whole.
    private static let firstCapacity = 1 << 26

    /// Makes room for as many as may come.
    mutating func reserveFirst(_ count: Int) {
        reserveCapacity(Swift.min(count, Self.firstCapacity))
        // Else a large answer costs a fault for every 512 numbers.
        let bytes = capacity * 8
        if bytes < Memory.hugePages { return }
        withUnsafeMutableBufferPointer { Memory.preferHugePages($0.baseAddress, bytes) }
    }

    /// Appends the numbers bit by bit: what is written for the first time takes its time.
    mutating func append(_ numbers: [Double], _ pace: inout Pace) throws(QueryError) {
        try pace.runs(of: numbers.count) { run throws(QueryError) in append(contentsOf: numbers[run]) }
    }

    /// So many equal numbers, written bit by bit.
    init(repeating number: Double, count: Int, _ limits: QueryLimits) throws(QueryError) {
        self = []
        reserveCapacity(count)
        var pace = Pace(limits)
        try pace.runs(of: count) { run throws(QueryError) in
            append(contentsOf: repeatElement(number, count: run.count))
        }
    }
}
