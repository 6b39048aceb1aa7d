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

    var hasValues: Bool {
        for step in 0..<count where !values[step].isAbsent { return true }
        return false
    }
}
