import Model
import QueryEngine
import TestSupport
import Testing

/// Equal subexpressions are computed once; what is not equal is not taken for it.
@Suite struct SharedNodeTests {
    /// Folded constants leave the plan while it is made. What is made after them must not be taken for what was made
    /// before: `-` of `-x` for `-x` itself, for example.
    @Test func constantsThatAreGoneConfuseNothing() throws {
        let data = RandomData(seed: 3)
        let engine = data.engine()
        func values(_ query: String) throws -> [[Double]] {
            guard case .matrix(let series) = try engine.range(query, start: 900_000, end: 1_200_000, step: 60_000).value
            else { return [] }
            return series.map { $0.values.map { $0.isNaN ? 0 : $0 } }
        }
        let plain = try values("round(temperature, 0.5) + 0")
        #expect(!plain.isEmpty)
        for query in [
            "--round(temperature, 0.5)", "round(--round(temperature, 0.5), 0.5)",
            "-(-(-(-round(temperature, 0.5))))", "round(round(round(temperature, 0.5), 0.25), 0.125) * 1",
            "-clamp(-clamp(-(-round(temperature, 0.5)), -1e3, 1e3), -1e4, 1e4)",
        ] {
            #expect(try values(query) == plain, "\(query)")
        }
    }
}
