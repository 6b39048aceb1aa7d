/// What is chosen of a group at one step, the worst at hand: a binary heap, so that a large k costs its logarithm.
struct ChoiceHeap {
    struct Choice {
        /// The higher the better; NaN is the worst.
        var rank: Double
        var value: Double
        var series: Int

        /// By rank, NaN behind all others; among equals the order of the series decides.
        func precedes(_ other: Choice) -> Bool {
            if rank > other.rank { return true }
            if rank < other.rank { return false }
            if rank.isNaN != other.rank.isNaN { return other.rank.isNaN }
            return series < other.series
        }
    }

    /// Every one precedes the one at half its place, or is that one.
    private var choices: [Choice] = []

    var count: Int { choices.count }
    var worst: Choice? { choices.first }

    /// The best first.
    func sorted(_ pace: inout Pace) throws(QueryError) -> [Choice] {
        var result = choices
        try result.sort(&pace) { $0.precedes($1) }
        return result
    }

    mutating func insert(_ choice: Choice) {
        choices.append(choice)
        var place = choices.count - 1
        while place > 0, choices[(place - 1) / 2].precedes(choices[place]) {
            choices.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func replaceWorst(with choice: Choice) {
        choices[0] = choice
        var place = 0
        while true {
            var worst = place
            for child in 2 * place + 1..<min(2 * place + 3, max(choices.count, 2 * place + 1))
            where choices[worst].precedes(choices[child]) {
                worst = child
            }
            if worst == place { return }
            choices.swapAt(place, worst)
            place = worst
        }
    }
}
