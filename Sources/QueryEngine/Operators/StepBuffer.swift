import Model

/// One number per step, reused for series after series.
final class StepBuffer {
    let values: UnsafeMutablePointer<Double>
    private let count: Int

    init(_ count: Int) {
        self.count = count
        values = .allocate(capacity: max(count, 1))
        values.initialize(repeating: .absent, count: max(count, 1))
    }

    deinit { values.deallocate() }

    /// Steps with a number.
    var present: Int {
        var absent = 0
        for step in 0..<count { absent &+= values[step].isAbsent ? 1 : 0 }
        return count - absent
    }
}
