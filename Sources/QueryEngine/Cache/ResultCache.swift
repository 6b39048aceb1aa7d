import Model
import Synchronization
import Telemetry

/// Answers of range queries that may be asked again a little later: what a dashboard asks at each refresh. Those that
/// nobody has asked for longest go first. Thread safe.
final class ResultCache: Sendable {
    struct Figures {
        var answers = 0
        var bytes = 0
        /// Steps of answers that came from here, and that were computed.
        var reusedSteps = 0
        var computedSteps = 0
    }

    private struct Entry {
        var answer: CachedAnswer
        /// When it was last asked for; counts up with each question.
        var used: UInt64
    }

    private struct State {
        var entries: [CachedAnswer.Key: Entry] = [:]
        var questions: UInt64 = 0
        var figures = Figures()
    }

    /// Bytes of all answers.
    let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// Larger ones would leave no room for others.
    var largestAnswer: Int { limit / 4 }

    var figures: Figures {
        state.withLock { state in
            var figures = state.figures
            figures.answers = state.entries.count
            return figures
        }
    }

    func find(_ key: CachedAnswer.Key) -> CachedAnswer? {
        state.withLock { state in
            state.questions += 1
            state.entries[key]?.used = state.questions
            return state.entries[key]?.answer
        }
    }

    func count(reused: Int, computed: Int) {
        state.withLock { state in
            state.figures.reusedSteps += reused
            state.figures.computedSteps += computed
        }
    }

    /// Keeps an answer instead of the one with the same key.
    func store(_ answer: CachedAnswer, _ key: CachedAnswer.Key) {
        state.withLock { state in
            Self.remove(key, &state)
            if answer.bytes > largestAnswer { return }
            if state.figures.bytes + answer.bytes > limit { Self.makeRoom(answer.bytes, limit, &state) }
            state.entries[key] = Entry(answer: answer, used: state.questions)
            state.figures.bytes += answer.bytes
        }
    }

    func remove(_ key: CachedAnswer.Key) { state.withLock { Self.remove(key, &$0) } }

    private static func remove(_ key: CachedAnswer.Key, _ state: inout State) {
        if let former = state.entries.removeValue(forKey: key) { state.figures.bytes -= former.answer.bytes }
    }

    func register(on registry: MetricRegistry) {
        registry.computed("apus_query_cache_answers", "Answers of range queries that are kept.") {
            [self] in Double(figures.answers)
        }
        registry.computed("apus_query_cache_bytes", "Memory that kept answers take.") {
            [self] in Double(figures.bytes)
        }
        registry.computed("apus_query_cache_limit_bytes", "Memory that kept answers may take.") {
            [self] in Double(limit)
        }
        for (source, steps) in [("cache", \Figures.reusedSteps), ("samples", \Figures.computedSteps)] {
            registry.computed(
                "apus_query_range_steps_total", "Steps of range queries by where they came from.", type: "counter",
                labels: Labels(["source": source])
            ) { [self] in Double(figures[keyPath: steps]) }
        }
    }

    /// Removes more than is needed, so that it is done seldom.
    private static func makeRoom(_ bytes: Int, _ limit: Int, _ state: inout State) {
        for (key, _) in state.entries.sorted(by: { $0.value.used < $1.value.used }) {
            if state.figures.bytes + bytes <= limit - limit / 8 { return }
            remove(key, &state)
        }
    }
}
