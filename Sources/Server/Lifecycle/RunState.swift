import API
import Synchronization

/// Where the server stands between its start and its end. Thread safe.
final class RunState: Sendable {
    enum Phase: Sendable {
        case starting, ready, stopping
        /// The store could not be opened.
        case failed
    }

    private let current = Mutex(Phase.starting)

    var phase: Phase { current.withLock { $0 } }

    /// Once it is stopping or has failed it is never ready again.
    func enter(_ phase: Phase) {
        current.withLock { current in
            if phase == .ready, current != .starting { return }
            if current == .failed { return }
            current = phase
        }
    }

    /// For `/-/ready`; `progress` says how far the start is.
    func readiness(progress: () -> String) -> Readiness {
        switch phase {
        case .starting: return .starting(progress())
        case .ready: return .ready
        case .stopping, .failed: return .stopping
        }
    }
}
