import Foundation
import PeerSupport

extension PeersBenchmark {
    /// Each figure at each size, then the exponent with which it grows from the smallest to the largest.
    mutating func growth(_ order: [Contender]) {
        for row in GrowthScenario.rows() {
            var found: [Contender: [String: [(amount: Double, value: Double)]]] = [:]
            for size in row.sizes {
                for contender in order {
                    note("Growth, \(size.name): \(contender.rawValue)")
                    do {
                        let figures = try inFolder { try GrowthScenario.run(size, contender, folder: $0) }
                        for figure in figures {
                            let line = Line(group: "Growth: \(size.name)", name: figure.name, unit: figure.unit)
                            table.add(line, contender, figure.value)
                            found[contender, default: [:]][figure.name, default: []].append((size.amount, figure.value))
                        }
                    } catch {
                        let line = Line(
                            group: "Growth: \(size.name)", name: "CPU per million samples", unit: "s")
                        fail(line, contender, error)
                    }
                }
            }
            addExponents(found, row.name)
        }
    }

    private mutating func addExponents(
        _ found: [Contender: [String: [(amount: Double, value: Double)]]], _ row: String
    ) {
        for (contender, figures) in found {
            for (name, points) in figures.sorted(by: { $0.key < $1.key }) {
                guard let first = points.first, let last = points.last, first.value > 0, last.value > 0,
                    last.amount > first.amount
                else { continue }
                let exponent = log(last.value / first.value) / log(last.amount / first.amount)
                table.add(
                    Line(group: "Growth: exponent over the amount of \(row)", name: name, unit: ""), contender, exponent
                )
            }
        }
    }
}
