import Model
import Synchronization

/// Room for the regular expressions of a query, taken as they are compiled. Thread safe.
final class PatternRoom: Sendable {
    private struct State {
        var bytes = 0
        var refusal: QueryError?
    }

    private let reservation: Reservation
    private let state = Mutex(State())

    init(_ budget: Budget) throws(QueryError) {
        reservation = try budget.reserve(samples: 0, bytes: 0, purpose: "")
    }

    /// Why the last pattern was too much.
    var refusal: QueryError? { state.withLock { $0.refusal } }

    /// False when it is too much for the budget.
    func take(_ bytes: Int) -> Bool {
        do throws(QueryError) {
            try add(bytes)
            return true
        } catch {
            state.withLock { $0.refusal = error }
            return false
        }
    }

    func add(_ bytes: Int) throws(QueryError) {
        let total = state.withLock { state in
            state.bytes += bytes
            return state.bytes
        }
        try reservation.resize(samples: 0, bytes: total, purpose: "a query with so many regular expressions")
    }
}
