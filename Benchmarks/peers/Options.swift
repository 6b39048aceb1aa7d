import PeerSupport

/// What is measured, from the command line.
struct Options {
    enum Scenario: String, CaseIterable {
        case ingest
        case million
        case dashboard
        case query
        case history
        case disk
        case growth
    }

    static let usage = """
        usage: bench-peers [--quick] [--rounds=N] [--scenarios=NAME,...] [--contenders=NAME,...]
          --quick       smaller loads, one round, without million and growth: at most ten minutes
          --rounds      times everything is done; the table has medians (default 3)
          --scenarios   of \(Scenario.allCases.map(\.rawValue).joined(separator: ","))
          --contenders  of \(Contender.allCases.map(\.rawValue).joined(separator: ","))
        The table, as Markdown, JSON and a plot, goes to .build/bench/peers.{md,json,svg}.

        """

    private(set) var isQuick = false
    private(set) var rounds = 3
    private(set) var scenarios = Set(Scenario.allCases)
    private(set) var contenders = Contender.allCases

    /// Nil for what is not understood, `--help` included.
    init?(_ arguments: some Sequence<String>) {
        isQuick = arguments.contains("--quick")
        if isQuick {
            rounds = 1
            scenarios.subtract([.million, .growth])
        }
        for argument in arguments where argument != "--quick" {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return nil }
            let names = parts[1].split(separator: ",").map(String.init)
            switch parts[0] {
            case "--rounds":
                guard let number = Int(parts[1]), number > 0 else { return nil }
                rounds = number
            case "--scenarios":
                let found = names.compactMap(Scenario.init(rawValue:))
                guard found.count == names.count else { return nil }
                scenarios = Set(found)
            case "--contenders":
                contenders = names.compactMap(Contender.init(rawValue:))
                guard contenders.count == names.count, !contenders.isEmpty else { return nil }
            default: return nil
            }
        }
    }
}
