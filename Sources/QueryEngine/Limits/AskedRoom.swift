import Synchronization

/// Room that others ask for bit by bit without knowing of budgets: for regular expressions as they are compiled, for
/// labels as they are found. Thread safe.
final class AskedRoom: Sendable {
    private struct State {
        var bytes = 0
        var refusal: QueryError?
    }

    private let reservation: Reservation
    private let purpose: String
    private let state = Mutex(State())

    init(_ budget: Budget, purpose: String) throws(QueryError) {
        self.purpose = purpose
        reservation = try budget.reserve(samples: 0, bytes: 0, purpose: "")
    }

    /// Why it was too much the last time.
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
        try reservation.resize(samples: 0, bytes: total, purpose: purpose)
    }
}
