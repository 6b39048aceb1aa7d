import Glibc

/// The signals that the server answers to.
package enum Signals {
    package enum Signal: Int32, Sendable, CaseIterable {
        /// SIGTERM: end cleanly.
        case terminate = 15
        /// SIGINT (ctrl-C): end cleanly.
        case interrupt = 2
        /// SIGHUP: load the configuration again.
        case hangup = 1
    }

    /// Keeps the signals pending for `wait` instead of ending the process, and makes writes to closed connections
    /// plain errors (SIGPIPE ignored). Threads inherit this: call it before the first one starts.
    package static func block() {
        var set = allSignals()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Blocks the calling thread until one of the signals arrives.
    package static func wait() -> Signal {
        var set = allSignals()
        var number: Int32 = 0
        while true {
            if sigwait(&set, &number) == 0, let signal = Signal(rawValue: number) { return signal }
        }
    }

    /// Sends a signal to this process.
    package static func send(_ signal: Signal) { kill(getpid(), signal.rawValue) }

    private static func allSignals() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in Signal.allCases { sigaddset(&set, signal.rawValue) }
        return set
    }
}
