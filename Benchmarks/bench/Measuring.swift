import Glibc

/// The shortest of several runs, in nanoseconds.
func shortest(runs: Int = 7, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    return (0..<runs).map { _ in elapsed(clock.measure(body)) }.min() ?? 0
}

/// A duration in nanoseconds.
func elapsed(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
}

/// A number with two decimals.
func nanoseconds(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let cents = hundredths % 100
    return "\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents)"
}

/// Nanoseconds of processor time that this process has taken, all threads together.
func processorTime() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) * 1e9 + Double(now.tv_nsec)
}
