/// Finds what somebody may have meant.
package enum NearestName {
    private static let longest = 128

    /// The candidate with the fewest edits, if there are at most a third of the name's length (and at least
    /// 1); ties go to the first.
    package static func find(_ name: String, among candidates: [String]) -> String? {
        // Nobody mistypes what is longer, and comparing takes the product of the lengths.
        if name.utf8.count > longest { return nil }
        let limit = max(1, name.utf8.count / 3)
        let own = Array(name.utf8)
        var best: (name: String, distance: Int)?
        for candidate in candidates where abs(candidate.utf8.count - own.count) <= limit {
            let distance = edits(own, Array(candidate.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment distance).
    private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
