import PeerSupport

/// The lines of a load and the questions asked of it.
extension PeersBenchmark {
    mutating func add(_ result: QueryScenario.Result, of contender: Contender, group: String) {
        func line(_ name: String, _ unit: String, _ bar: Line.Bar? = nil) -> Line {
            Line(group: "Remote write", name: name, unit: unit, bar: bar)
        }
        let load = result.load
        table.add(
            line("CPU per million samples", "s", .better(0.6)), contender, load.cpuSecondsPerMillionSamples)
        table.add(line("duration", "s"), contender, load.seconds)
        table.add(line("anonymous memory per series", "B"), contender, load.anonymousBytesPerSeries)
        table.add(line("on disk per sample", "B"), contender, load.diskBytesPerSample)
        table.add(
            line("restart to ready after kill -9", "s", .prometheus(0.1)), contender, load.restartAfterKillSeconds)
        let peak = result.timings.values.map(\.peakGrowth).max() ?? 0
        table.add(
            line("peak memory of the heaviest query", "MB", .prometheus(0.25)), contender, Double(peak) / 1e6)
        for question in Question.all { add(question, result, of: contender, group: group) }
        for question in Question.all {
            guard let cold = result.cold[question.name] else { continue }
            let line = Line(group: "The first request, files not in memory", name: question.name, unit: "ms")
            table.add(line, contender, cold)
        }
    }

    private mutating func add(
        _ question: Question, _ result: QueryScenario.Result, of contender: Contender, group: String
    ) {
        func line(_ figure: QueryFigure, _ bar: Line.Bar? = nil) -> Line {
            Line(group: group, question: question.name, name: figure.rawValue, unit: figure.unit, bar: bar)
        }
        guard let timing = result.timings[question.name] else {
            let reason = result.errors[question.name].map { String($0.prefix(60)) }
            return table.add(line(.median, .query), contender, nil, missing: reason)
        }
        table.add(line(.median, .query), contender, timing.p50)
        table.add(line(.cpu, .query), contender, timing.cpu)
        table.add(line(.high), contender, timing.p95)
        table.add(line(.memory), contender, Double(timing.peakGrowth) / 1e6)
        table.add(line(.bytes), contender, Double(timing.bytes))
    }

    /// Our medians again beside those of victoria-metrics when it may answer from its result cache.
    mutating func addCached(_ result: QueryScenario.Result, of contender: Contender, own: QueryScenario.Result?) {
        guard contender == .victoria else { return }
        for question in Question.all {
            guard let cached = result.cached[question.name], let mine = own?.timings[question.name] else { continue }
            let line = Line(
                group: "Range queries, victoria-metrics with its result cache", name: question.name, unit: "ms")
            table.add(line, .apus, mine.p50)
            table.add(line, .victoria, cached)
        }
    }
}
