import Model
import TestSupport

/// A scrape target with series like a node exporter's: of a thousand 316 are constant, 448 integers, 236 with decimals;
/// of the latter two kinds about half change from scrape to scrape.
struct NodeTarget {
    let labels: [Labels]
    private(set) var values: [Double]
    private let steps: [Int]
    private var random: SeededRandom

    init(number: Int, series: Int = 1000) {
        var random = SeededRandom(seed: UInt64(number) + 1)
        labels = (0..<series).map { index in
            Labels([
                "__name__": "node_metric_\(index / 8)_total", "cpu": "\(index % 8)",
                "instance": "10.0.0.\(number):9100",
                "job": "node", "mode": ["idle", "user", "system", "iowait"][index % 4],
            ])
        }
        steps = (0..<series).map { _ in [1, 10, 500, 20_000].randomElement(using: &random) ?? 1 }
        values = (0..<series).map { index in
            let start = Double(Int.random(in: 0...5_000_000, using: &random))
            return index % 1000 >= 764 ? start / 100 : start
        }
        self.random = random
    }

    /// The next scrape.
    mutating func advance() {
        for index in values.indices where index % 1000 >= 316 && random.chance(0.5) {
            let change = Double(Int.random(in: 1...steps[index], using: &random))
            let value = values[index]
            values[index] = index % 1000 < 764 ? value + change : ((value * 100).rounded() + change) / 100
        }
    }
}
