extension AppendBatch.Part {
    /// Puts samples of one time side by side, oldest first; samples of one time keep their order. Senders bring some
    /// times of one series, then those of the next: row by row, as a scrape comes, they are stored together, at a
    /// fraction of the cost.
    package mutating func sortByTime() {
        let isSorted = times.withUnsafeBufferPointer { times in
            var index = 1
            while index < times.count && times[index - 1] <= times[index] { index += 1 }
            return index >= times.count
        }
        if isSorted { return }
        let distinct = TimeRanks(times)
        var ranks = [UInt32](repeating: 0, count: times.count)
        // Place of the next sample of each time.
        var places = [Int](repeating: 0, count: distinct.count + 1)
        var guess = 0
        for (index, time) in times.enumerated() {
            guess = distinct.rank(of: time, after: guess)
            ranks[index] = UInt32(truncatingIfNeeded: guess)
            places[guess + 1] += 1
        }
        for rank in 1..<places.count { places[rank] += places[rank - 1] }
        var sorted = self
        for (index, rank) in ranks.enumerated() {
            let place = places[Int(rank)]
            places[Int(rank)] += 1
            sorted.times[place] = times[index]
            sorted.references[place] = references[index]
            sorted.values[place] = values[index]
        }
        self = sorted
    }
}

/// The distinct ones of some times, numbered from the oldest.
private struct TimeRanks {
    private var distinct: [Int64] = []

    var count: Int { distinct.count }

    init(_ times: [Int64]) {
        var guess = 0
        for time in times {
            guess = self.guess(time, guess) ?? distinct.count
            // What is guessed wrong is listed twice.
            if guess == distinct.count { distinct.append(time) }
        }
        distinct.sort()
        var last: Int64?
        distinct.removeAll { time in
            defer { last = time }
            return time == last
        }
    }

    /// The number of a time that is one of them; `last` is that of the sample before.
    func rank(of time: Int64, after last: Int) -> Int {
        if let guess = guess(time, last) { return guess }
        var low = 0
        var high = distinct.count
        while low < high {
            let middle = (low + high) / 2
            if distinct[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The same time, the next one, or the first again: what senders do.
    private func guess(_ time: Int64, _ last: Int) -> Int? {
        if last < distinct.count && distinct[last] == time { return last }
        if last + 1 < distinct.count && distinct[last + 1] == time { return last + 1 }
        return distinct.first == time ? 0 : nil
    }
}
