import Model
import Platform
import PromQL

extension Engine {
    /// Takes the steps from an earlier answer at which nothing has changed since, and computes those after them.
    func answer(
        _ question: RangeQuestion, _ budget: Budget, _ cache: ResultCache
    ) throws(QueryError) -> QueryResult {
        try question.check()
        let begin = clock.monotonicNanoseconds()
        let snapshot = try snapshot()
        let grid = question.grid
        let key = CachedAnswer.Key(
            text: question.text, step: grid.step, phase: (grid.start % grid.step + grid.step) % grid.step,
            lookback: question.options.lookback ?? options.lookback, subqueryStep: defaultSubqueryStep)
        guard let known = cache.find(key), grid.count > 0, let last = known.lastStep(from: grid.start, in: snapshot)
        else { return try computed(question, budget, cache, key, snapshot) }
        var rest = question
        rest.start = min(last, grid.end) + grid.step
        if let most = question.options.mostWork, known.bytes / 16 > most { throw .tooMuchWork }
        var result = QueryResult(value: .matrix([]))
        if rest.grid.count > 0 { result = try answer(rest, budget, snapshot) { _, _ in } }
        guard case .matrix(let tail) = result.value else { return result }
        let deadline = begin &+ timeout(question.options) &* 1_000_000
        let limits = QueryLimits(
            budget: budget, clock: clock, deadline: deadline, cancellation: question.cancellation)
        let bytes = tail.reduce(known.bytes) { $0 + $1.heldBytes }
        result.reservations.append(
            try budget.reserve(
                samples: 0, bytes: bytes + Evaluator.outputBytes(of: bytes),
                purpose: "an answer of \(known.series.count) series x \(grid.count) steps"))
        let series = try known.series(on: grid, through: rest.start - 1, then: tail, limits)
        result.value = .matrix(series)
        result.statistics.evaluation = Double(clock.monotonicNanoseconds() - begin) / 1e9
        cache.count(reused: grid.count - rest.grid.count, computed: rest.grid.count)
        if rest.grid.count == 0 { return result }
        guard let mark = snapshot.mark, result.isPlain else {
            cache.remove(key)
            return result
        }
        let depth = max(known.depth, grid.count)
        let start = max(known.grid.start, grid.end - Int64(depth - 1) * grid.step)
        let kept = Grid(from: start, to: grid.end, step: grid.step)
        let keptSeries =
            kept == grid ? series : try known.series(on: kept, through: rest.start - 1, then: tail, limits)
        cache.store(CachedAnswer(kept, keptSeries, known.reach, mark, depth: depth), key)
        return result
    }

    /// Computes all steps, and keeps them when they may be given again.
    private func computed(
        _ question: RangeQuestion, _ budget: Budget, _ cache: ResultCache, _ key: CachedAnswer.Key,
        _ snapshot: any SeriesSnapshot
    ) throws(QueryError) -> QueryResult {
        var reach: StepReach?
        let result = try answer(question, budget, snapshot) { expression, root in
            reach = expression.dependsOnRange || options.delaysNameRemoval ? nil : StepReach(of: root)
        }
        let grid = question.grid
        cache.count(reused: 0, computed: grid.count)
        if let reach, let mark = snapshot.mark, grid.count > 1, case .matrix(let series) = result.value,
            result.isPlain, result.statistics.samplesRead >= options.cachedSamples
        {
            cache.store(CachedAnswer(grid, series, reach, mark, depth: grid.count), key)
        }
        return result
    }
}

extension QueryResult {
    /// It comes without remarks, which may be about any of its steps.
    fileprivate var isPlain: Bool { warnings.isEmpty && infos.isEmpty }
}
