/// What is chosen of a group at one step, the worst at hand: a binary heap, so that a large k costs its logarithm.
struct ChoiceHeap {
    /// 12 bytes, as a large k at many steps makes for very many of them: the number is kept in halves, so that it
    /// needs no place that is a multiple of eight.
    struct Choice {
        private var low: UInt32
        private var high: UInt32
        private var place: UInt32

        init(value: Double, series: Int) {
            low = UInt32(truncatingIfNeeded: value.bitPattern)
            high = UInt32(truncatingIfNeeded: value.bitPattern >> 32)
            place = UInt32(series)
        }

        var value: Double { Double(bitPattern: UInt64(high) << 32 | UInt64(low)) }
        var series: Int { Int(place) }
    }

    /// What is chosen first.
    enum Ranking {
        case highest
        case lowest
        /// Those that come first, whatever their numbers.
        case first

        /// The higher the better; NaN is the worst.
        @inline(__always) func rank(_ value: Double, _ series: Int) -> Double {
            switch self {
            case .highest: return value
            case .lowest: return -value
            case .first: return -Double(series)
            }
        }

        /// By rank, NaN behind all others; among equals the order of the series decides.
        func precedes(_ left: Choice, _ right: Choice) -> Bool {
            let (one, other) = (rank(left.value, left.series), rank(right.value, right.series))
            if one > other { return true }
            if one < other { return false }
            if one.isNaN != other.isNaN { return other.isNaN }
            return left.series < right.series
        }
    }

    /// In one ranking, which whoever has the heap gives each time: every one precedes the one at half its place, or is
    /// that one.
    private var choices: [Choice] = []

    var count: Int { choices.count }
    var worst: Choice? { choices.first }

    /// The best first.
    func sorted(by ranking: Ranking, _ pace: inout Pace) throws(QueryError) -> [Choice] {
        var result = choices
        try result.sort(&pace) { ranking.precedes($0, $1) }
        return result
    }

    mutating func insert(_ choice: Choice, by ranking: Ranking) {
        choices.append(choice)
        var place = choices.count - 1
        while place > 0, ranking.precedes(choices[(place - 1) / 2], choices[place]) {
            choices.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func replaceWorst(with choice: Choice, by ranking: Ranking) {
        choices[0] = choice
        var place = 0
        while true {
            var worst = place
            for child in 2 * place + 1..<min(2 * place + 3, max(choices.count, 2 * place + 1))
            where ranking.precedes(choices[worst], choices[child]) {
                worst = child
            }
            if worst == place { return }
            choices.swapAt(place, worst)
            place = worst
        }
    }
}
