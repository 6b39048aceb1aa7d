import Model
import Platform
import PromQL
import QueryEngine

/// Runs a script against a store and tells for each evaluation whether it gave what the script says.
package struct PromQLScriptRunner {
    /// How loaded samples reach the store. Answers must not depend on it.
    package enum Loading: String, Sendable, CaseIterable {
        /// All series of a load have one origin, samples of one time are committed together.
        case shared
        /// Each series has its own origin.
        case separate
    }

    package struct Result: Sendable {
        package var line: Int
        package var expression: String
        /// Nil when the evaluation passed.
        package var problem: String?
    }

    package typealias Store = SeriesSource & SampleAppender

    private let loading: Loading
    private let makeStore: () throws -> any Store
    private let afterLoad: (any Store) throws -> any Store
    private let options: EngineOptions
    private let clock: any TimeSource

    /// `makeStore` gives an empty store; called at the start and for each `clear`. `afterLoad` may do to the store what
    /// must not change any answer, and gives the store to go on with.
    package init(
        loading: Loading, delaysNameRemoval: Bool = false, clock: any TimeSource,
        makeStore: @escaping () throws -> any Store,
        afterLoad: @escaping (any Store) throws -> any Store = { $0 }
    ) {
        self.loading = loading
        self.clock = clock
        self.makeStore = makeStore
        self.afterLoad = afterLoad
        var options = EngineOptions()
        options.maxSamples = 10_000
        options.delaysNameRemoval = delaysNameRemoval
        self.options = options
    }

    package func run(_ script: PromQLScript) throws -> [Result] {
        var results: [Result] = []
        var store = try makeStore()
        var engine = Engine(source: store, options: options, clock: clock)
        var origins: UInt64 = 0
        for command in script.commands {
            switch command {
            case .clear:
                store = try makeStore()
                engine = Engine(source: store, options: options, clock: clock)
            case .load(let load):
                try append(load, to: store, origins: &origins)
                store = try afterLoad(store)
                engine = Engine(source: store, options: options, clock: clock)
            case .evaluate(let evaluation):
                let problem = PromQLScriptCheck(evaluation, engine).problem()
                results.append(Result(line: evaluation.line, expression: evaluation.expression, problem: problem))
            }
        }
        return results
    }

    // MARK: - Loading

    private func append(_ load: PromQLScript.Load, to store: any Store, origins: inout UInt64) throws {
        var references: [SeriesReference] = []
        for series in load.series { references.append(try store.reference(for: series.labels)) }
        switch loading {
        case .shared:
            origins += 1
            for row in 0..<(load.series.map(\.values.count).max() ?? 0) {
                var part = AppendBatch.Part(origin: Origin(.scraped, key: origins), time: Int64(row) * load.step)
                for (series, reference) in zip(load.series, references) where row < series.values.count {
                    guard case .sample(let value) = series.values[row] else { continue }
                    part.references.append(reference)
                    part.values.append(value)
                }
                try commit(part, to: store)
            }
        case .separate:
            for (series, reference) in zip(load.series, references) {
                origins += 1
                for (row, entry) in series.values.enumerated() {
                    guard case .sample(let value) = entry else { continue }
                    try commit(
                        AppendBatch.Part(
                            origin: Origin(.remote, key: origins), time: Int64(row) * load.step,
                            references: [reference], values: [value]), to: store)
                }
            }
        }
    }

    /// The clock stands at the sample's own time, so that nothing is too old or too far ahead.
    private func commit(_ part: AppendBatch.Part, to store: any Store) throws {
        if part.references.isEmpty { return }
        let outcome = try store.append(AppendBatch(parts: [part]), now: part.time)
        if outcome.appended != part.references.count {
            throw PromQLScript.Problem(line: 0, text: "sample at \(part.time) not stored: \(outcome)")
        }
    }
}
