import Platform
import Synchronization

/// What one query may hold in memory at once, and what it holds. Thread safe.
final class Budget: Sendable {
    struct Use {
        var samples = 0
        var peakSamples = 0
        var bytes = 0
        var peakBytes = 0
        /// Bytes taken from the pool; never less than `bytes`.
        fileprivate var pooled = 0
    }

    /// Bytes taken from the pool at once, so that it is asked seldom.
    private static let portion = 1 << 20

    private let maxSamples: Int
    private let maxBytes: Int
    private let pool: MemoryPool
    private let state = Mutex(Use())

    init(maxSamples: Int, maxBytes: Int, pool: MemoryPool) {
        self.maxSamples = maxSamples
        self.maxBytes = maxBytes
        self.pool = pool
    }

    /// What was a good part of all that queries may take goes back to the system: kept as free memory in small pieces
    /// it would come on top of what the next queries take in large ones.
    deinit {
        let use = state.withLock { $0 }
        pool.release(use.pooled)
        if use.peakBytes > pool.limit / 8 { Heap.trim() }
    }

    /// What is held now and was held at most.
    var use: Use { state.withLock { $0 } }

    /// Takes room until the reservation goes away; `purpose` names what needs it. `bytes` is 8 a sample unless given.
    func reserve(
        samples: Int, bytes: Int? = nil, purpose: @autoclosure () -> String
    ) throws(QueryError) -> Reservation {
        let reservation = Reservation(self)
        try reservation.resize(samples: samples, bytes: bytes ?? samples * 8, purpose: purpose())
        return reservation
    }

    /// Fails when so much more would be too much; for memory that is free again before anything else is asked for.
    func check(samples: Int, bytes: Int, purpose: @autoclosure () -> String) throws(QueryError) {
        try change(samples: samples, bytes: bytes, total: bytes, purpose: purpose)
        release(samples: samples, bytes: bytes)
    }

    /// Takes so much more; `total` is what the one who asks holds then, for the message.
    fileprivate func change(
        samples: Int, bytes: Int, total: Int, purpose: () -> String
    ) throws(QueryError) {
        let (use, isGranted) = state.withLock { use in
            if bytes > 0 { giveBack(&use) }
            use.peakSamples = max(use.peakSamples, use.samples + samples)
            let isWithin = use.samples + samples <= maxSamples && use.bytes + bytes <= maxBytes
            guard isWithin, refill(&use, bytes) else { return (use, false) }
            use.samples += samples
            use.bytes += bytes
            use.peakBytes = max(use.peakBytes, use.bytes)
            return (use, true)
        }
        if isGranted { return }
        if use.samples + samples > maxSamples { throw .tooManySamples(purpose(), held: use.samples, limit: maxSamples) }
        let others = use.bytes + bytes - total
        let isOwn = use.bytes + bytes > maxBytes
        throw .execution(
            "query needs too much memory: \(purpose()) takes \(total) bytes, \(others) are in use, the limit is "
                + (isOwn ? "\(maxBytes)" : "\(pool.limit) for all queries, \(pool.free) of it is free"))
    }

    /// False when the pool has not enough.
    private func refill(_ use: inout Use, _ bytes: Int) -> Bool {
        let missing = use.bytes + bytes - use.pooled
        if missing <= 0 { return true }
        for portion in [max(missing, Self.portion), missing] where pool.take(portion) {
            use.pooled += portion
            return true
        }
        return false
    }

    fileprivate func release(samples: Int, bytes: Int) {
        state.withLock { use in
            use.samples -= samples
            use.bytes -= bytes
        }
    }

    /// Gives back what is no longer held. Others may take it at once, so it must be called when the memory is free, not
    /// when its room goes: that is often the moment before. When a query asks for more, what it gave up is free.
    func settle() { state.withLock { giveBack(&$0) } }

    private func giveBack(_ use: inout Use) {
        let surplus = use.pooled - use.bytes
        if surplus <= 4 * Self.portion { return }
        pool.release(surplus - Self.portion)
        use.pooled -= surplus - Self.portion
    }
}

/// Room that is taken in a budget while this lives. Thread safe.
final class Reservation: Sendable {
    private let budget: Budget
    private let held = Mutex((samples: 0, bytes: 0))

    fileprivate init(_ budget: Budget) { self.budget = budget }

    deinit {
        let held = held.withLock { $0 }
        budget.release(samples: held.samples, bytes: held.bytes)
    }

    /// From now on it is so much.
    func resize(samples: Int, bytes: Int, purpose: @autoclosure () -> String) throws(QueryError) {
        let held = held.withLock { $0 }
        try budget.change(
            samples: samples - held.samples, bytes: bytes - held.bytes, total: bytes, purpose: purpose)
        self.held.withLock { $0 = (samples, bytes) }
    }
}

extension QueryError {
    static func tooManySamples(_ purpose: String, held: Int, limit: Int) -> QueryError {
        .execution(
            "query processing would load too many samples into memory in expression evaluation: \(purpose), "
                + "\(held) samples are held, the limit is \(limit)")
    }
}
