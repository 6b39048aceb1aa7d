import Synchronization

/// What one query may hold in memory at once. Thread safe.
final class Budget: Sendable {
    private struct Use {
        var samples = 0
        var peakSamples = 0
    }

    /// All that is held for long are numbers.
    private static let sampleSize = 8

    private let maxSamples: Int
    private let maxBytes: Int
    private let use = Mutex(Use())

    init(maxSamples: Int, maxBytes: Int) {
        self.maxSamples = maxSamples
        self.maxBytes = maxBytes
    }

    /// The most samples that were held at once.
    var peakSamples: Int { use.withLock { $0.peakSamples } }

    /// Takes room for `samples` numbers until the reservation goes away; `purpose` names what needs it.
    func reserve(samples: Int, purpose: @autoclosure () -> String) throws(QueryError) -> Reservation {
        try check(samples: samples, bytes: samples * Self.sampleSize, purpose: purpose())
        use.withLock { $0.samples += samples }
        return Reservation(self, samples: samples)
    }

    /// Fails when so much more would be too much; for memory that is free again before anything else is asked for.
    func check(samples: Int, bytes: Int, purpose: @autoclosure () -> String) throws(QueryError) {
        let held = use.withLock { use in
            use.peakSamples = max(use.peakSamples, use.samples + samples)
            return use.samples
        }
        if held + samples > maxSamples {
            throw .tooManySamples
        }
        if held * Self.sampleSize + bytes > maxBytes {
            throw .execution(
                "query needs too much memory: \(purpose()) takes \(bytes) bytes, \(held * Self.sampleSize) are in use, "
                    + "the limit is \(maxBytes)")
        }
    }

    fileprivate func release(_ samples: Int) { use.withLock { $0.samples -= samples } }
}

/// Room that is taken in a budget while this lives.
final class Reservation: Sendable {
    private let budget: Budget
    private let samples: Int

    fileprivate init(_ budget: Budget, samples: Int) {
        self.budget = budget
        self.samples = samples
    }

    deinit { budget.release(samples) }
}

extension QueryError {
    static let tooManySamples = QueryError.execution(
        "query processing would load too many samples into memory in expression evaluation")
}
