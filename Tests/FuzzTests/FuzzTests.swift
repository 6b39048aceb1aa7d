import FuzzTargets
import Testing

/// The targets of `make fuzz` on a few thousand changed inputs, and on what was found once.
@Suite struct FuzzTests {
    private static let counts: [FuzzTarget: Int] = [
        .lexer: 800, .parser: 800, .printer: 800, .planner: 250, .exposition: 600, .journal: 60, .recovery: 60,
        .write: 800, .chunks: 600,
        .configuration: 300, .json: 800,
    ]

    @Test(arguments: FuzzTarget.allCases)
    func changedInputs(_ target: FuzzTarget) {
        for seed in target.seeds.prefix(40) { #expect(target.run(seed) == nil) }
        let seed: UInt64 = 0x5eed
        var mutator = Mutator(target, seed: seed)
        for round in 0..<Self.counts[target, default: 1000] {
            let input = mutator.next()
            if let problem = target.run(input) {
                Issue.record("\(target.rawValue), seed \(seed), round \(round): \(problem): \(input)")
            }
        }
    }
}
