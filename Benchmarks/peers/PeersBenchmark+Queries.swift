import Foundation
import PeerSupport
import Workload

/// Loads and the questions asked of them.
extension PeersBenchmark {
    /// Two hours, as they are just after they were written.
    mutating func query(_ order: [Contender]) {
        let steps = options.isQuick ? 280 : 480
        let workload = Workload(targets: options.isQuick ? 20 : 200, seriesPerTarget: 1000, interval: 15_000)
        let load = RemoteLoad(workload: workload, start: RemoteLoad.start(workload, steps: steps), steps: steps)
        let scenario = QueryScenario(load: load, questions: Question.recent, repeats: options.isQuick ? 5 : 15)
        let series = workload.targets * workload.seriesPerTarget
        ask(scenario, order, load: "Remote write", group: "Queries over \(series) series, \(steps / 4) min at 15 s")
    }

    /// A day, most of it in the form it stays in.
    mutating func history(_ order: [Contender]) {
        let steps = 24 * 240
        let workload = Workload(targets: options.isQuick ? 2 : 10, seriesPerTarget: 1000, interval: 15_000)
        let load = RemoteLoad(workload: workload, start: RemoteLoad.start(workload, steps: steps), steps: steps)
        let scenario = QueryScenario(
            load: load, questions: Question.history, repeats: options.isQuick ? 5 : 15, isSettled: true)
        let series = workload.targets * workload.seriesPerTarget
        ask(
            scenario, order, load: "Remote write of a day",
            group: "Queries over a day of \(series) series at 15 s")
    }

    private mutating func ask(_ scenario: QueryScenario, _ order: [Contender], load: String, group: String) {
        let folder = Paths.results.appendingPathComponent("run-\(UUID().uuidString)")
        var candidates: [QueryScenario.Candidate] = []
        defer {
            for candidate in candidates { candidate.server.stop(signal: SIGKILL) }
            try? FileManager.default.removeItem(at: folder)
        }
        for contender in order {
            note("\(group): loading \(contender.rawValue)")
            do {
                let own = folder.appendingPathComponent(contender.rawValue)
                try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
                candidates.append(try scenario.prepare(contender, folder: own))
            } catch {
                fail(Line(group: load, name: "CPU per million samples", unit: "s"), contender, error)
            }
        }
        note("\(group): asking")
        scenario.ask(candidates)
        var results: [Contender: QueryScenario.Result] = [:]
        for candidate in candidates {
            do { try scenario.askCold(candidate) } catch { note("  \(error)") }
            results[candidate.contender] = candidate.result
            add(candidate.result.load, candidate.result, of: candidate.contender, group: load)
            add(candidate.result, scenario.questions, of: candidate.contender, group: group)
        }
        for (contender, result) in results {
            addRefreshed(result, scenario.questions, of: contender, group: group)
        }
        compare(results, scenario.questions)
    }

    private mutating func add(
        _ load: RemoteLoad.Result, _ result: QueryScenario.Result, of contender: Contender, group: String
    ) {
        func line(_ name: String, _ unit: String, _ bar: Line.Bar? = nil) -> Line {
            Line(group: group, name: name, unit: unit, bar: bar)
        }
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
    }

    private mutating func add(
        _ result: QueryScenario.Result, _ questions: [Question], of contender: Contender, group: String
    ) {
        for question in questions { add(question, result, of: contender, group: group) }
        for question in questions {
            guard let cold = result.cold[question.name] else { continue }
            let line = Line(
                group: "\(group): the first request, files not in memory", name: question.name, unit: "ms")
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

    /// What each refresh of a dashboard costs where answers may be kept.
    private mutating func addRefreshed(
        _ result: QueryScenario.Result, _ questions: [Question], of contender: Contender, group: String
    ) {
        for question in questions {
            guard let timing = result.refreshed[question.name] else { continue }
            let group = "\(group): at each refresh, a step later, with result caches"
            table.add(Line(group: group, name: question.name, unit: "ms"), contender, timing.p50)
            table.add(Line(group: group, name: "\(question.name), CPU", unit: "ms"), contender, timing.cpu)
        }
    }

    private mutating func compare(_ results: [Contender: QueryScenario.Result], _ questions: [Question]) {
        guard let own = results[.apus] else { return }
        for (peer, other) in results where peer != .apus {
            for question in questions where question.isComparable || peer == .prometheus {
                guard let mine = own.answers[question.name], let theirs = other.answers[question.name] else { continue }
                if let difference = Agreement.difference(mine, theirs) {
                    disagreements.append("\(question.name), \(peer.rawValue): \(difference)")
                }
            }
        }
    }
}
