import Platform
import TestSupport

/// `sim SEED [COUNT] [--canary]`: runs COUNT simulations from SEED on and stops at the first that finds something wrong.
/// With `--canary` the journal's syncs are skipped, and it fails unless that is found.
enum Simulation {
    static func run(_ arguments: [String]) -> Int32 {
        let isCanary = arguments.contains("--canary")
        let numbers = arguments.filter { $0 != "--canary" }.map { UInt64($0) }
        guard (1...2).contains(numbers.count), let seed = numbers[0], let count = numbers.count > 1 ? numbers[1] : 1
        else {
            say("usage: sim SEED [COUNT] [--canary]")
            return 2
        }
        for current in seed..<seed + count {
            var simulation = StorageSimulation(seed: current, skipsSync: isCanary)
            do { try simulation.run() } catch {
                say("\(error)")
                say(isCanary ? "the canary was caught" : "run again with: make sim SEED=\(current) COUNT=1")
                return isCanary ? 0 : 1
            }
        }
        say(
            isCanary
                ? "the canary was NOT caught in \(count) runs from seed \(seed)"
                : "\(count) runs from seed \(seed) passed")
        return isCanary ? 1 : 0
    }

    private static func say(_ line: String) { StandardStream.output.write(line + "\n") }
}
