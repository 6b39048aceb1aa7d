import Synchronization

/// Whether the sender of a request is still there. Thread safe.
package final class ClientConnection: Sendable {
    private struct State {
        var isGone = false
        var actions: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var isGone: Bool { state.withLock { $0.isGone } }

    /// Runs `action` once when the client goes away or the server stops while the request is being answered;
    /// at once when that has happened already. It runs on another thread and must not block.
    package func whenGone(_ action: @escaping @Sendable () -> Void) {
        let isGone = state.withLock {
            if !$0.isGone { $0.actions.append(action) }
            return $0.isGone
        }
        if isGone { action() }
    }

    /// Tells all who asked. Further calls do nothing.
    func markGone() {
        let actions = state.withLock { state in
            state.isGone = true
            defer { state.actions = [] }
            return state.actions
        }
        for action in actions { action() }
    }
}
