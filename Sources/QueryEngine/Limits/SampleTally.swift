import Model

/// Counts samples as Prometheus does: a step counts all samples in its windows, whether another step saw them or not.
/// What the inner expression of a subquery looks at does not count, only what the outer one takes of its result. An
/// expression that stands several times in the text counts as often, though it is evaluated once.
struct SampleTally: Sendable {
    private(set) var total = 0
    /// Per step of the query; empty unless wanted.
    private(set) var bySteps: [Int]
    private let steps: Int
    private var subqueries = 0
    /// How often the nodes at work stand in the text, the innermost last.
    private var weights: [Int] = []

    init(steps: Int, keepsSteps: Bool) {
        self.steps = steps
        bySteps = keepsSteps ? [Int](repeating: 0, count: steps) : []
    }

    /// The same with nothing counted yet.
    var cleared: SampleTally {
        var result = self
        result.total = 0
        for index in bySteps.indices { result.bySteps[index] = 0 }
        return result
    }

    mutating func merge(_ other: SampleTally) {
        total += other.total
        for index in bySteps.indices { bySteps[index] += other.bySteps[index] }
    }

    mutating func enter(weight: Int) { weights.append(weight) }
    mutating func leave() { weights.removeLast() }

    mutating func enterSubquery() { subqueries += 1 }
    mutating func leaveSubquery() { subqueries -= 1 }

    /// An instant selector's series: one sample for each step with a number, of which there are `present`.
    mutating func add(_ row: UnsafePointer<Double>, present: Int, steps count: Int) {
        if subqueries > 0 { return }
        if bySteps.isEmpty { return add(samples: present, inAll: count) }
        for step in 0..<count where !row[step].isAbsent { add(1, step, of: count) }
    }

    /// A series of a range selector. Most have all samples of their time column: those cost no look at each step.
    /// Those come as nil.
    mutating func add(_ windows: StepWindows, _ column: WindowColumn?, steps count: Int) {
        if subqueries > 0 { return }
        let isWhole = column.map { $0.base == 0 && $0.count == windows.rows } ?? true
        if bySteps.isEmpty && isWhole { return add(samples: windows.total, inAll: count) }
        for step in 0..<count {
            let (low, high) = column?.window(step) ?? (Int(windows.lows[step]), Int(windows.highs[step]))
            if low < high { add(high - low, step, of: count) }
        }
    }

    /// Samples of all steps together.
    private mutating func add(samples: Int, inAll count: Int) {
        let samples = samples * (weights.last ?? 1)
        if count == steps { total += samples } else if count == 1 { total += samples * steps }
    }

    /// Samples at one time.
    mutating func add(samples: Int) { add(samples, 0, of: 1) }

    /// What does not change from step to step counts at each of them.
    private mutating func add(_ samples: Int, _ step: Int, of count: Int) {
        let samples = samples * (weights.last ?? 1)
        if count == steps {
            total += samples
            if !bySteps.isEmpty { bySteps[step] += samples }
        } else if count == 1 {
            total += samples * steps
            for index in bySteps.indices { bySteps[index] += samples }
        }
    }
}
