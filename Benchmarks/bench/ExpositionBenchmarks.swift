import Exposition
import Model
import Platform

/// Reads pages like a node exporter's: the same page with other values (every line known), a page with a
/// line more and a line less, and a page that was never seen.
func expositionBenchmarks() {
    let pages = (0..<2).map { NodePage(families: 250, round: $0) }
    var run = PageBenchmark()
    let new = shortest {
        run = PageBenchmark()
        run.read(pages[0].buffer)
    }
    let unchanged = shortest {
        for page in pages { run.read(page.buffer) }
    }
    let shifted = [NodePage(families: 250, round: 0, dropped: 100), NodePage(families: 250, round: 1, dropped: 140)]
    let changed = shortest {
        for page in shifted { run.read(page.buffer) }
    }
    let samples = Double(pages[0].samples)
    print(
        "exposition page of \(pages[0].samples) samples, \(pages[0].buffer.count) bytes: "
            + "unchanged \(nanoseconds(unchanged / samples / 2)) ns/sample, "
            + "two families moved \(nanoseconds(changed / samples / 2)) ns/sample, "
            + "new \(nanoseconds(new / samples)) ns/sample\(run.failures > 0 ? ", FAILED" : "")")
}

private struct PageBenchmark {
    private let reader = PageReader(seed: 1)
    private var cache = LineCache()
    private(set) var failures = 0

    mutating func read(_ page: ByteBuffer) {
        var next: UInt32 = 0
        do {
            try reader.read(page, cache: cache) { _ throws(AppendError) in
                next += 1
                return SeriesReference(next)
            }
            reader.commit(to: &cache)
        } catch {
            failures += 1
        }
    }
}

/// A generated page: per family two comment lines and one to four samples with a mix of numbers; `round`
/// changes half of them.
private struct NodePage {
    let buffer = ByteBuffer(capacity: 1 << 16)
    private(set) var samples = 0

    init(families: Int, round: Int, dropped: Int? = nil) {
        for family in 0..<families where family != dropped {
            let name = "node_subsystem\(family % 17)_measured_things\(family)_total"
            buffer.append("# HELP \(name) Number of things of kind \(family) that the subsystem measured.\n")
            buffer.append("# TYPE \(name) \(family % 3 == 0 ? "gauge" : "counter")\n")
            for member in 0..<1 + family % 4 {
                let labels = family % 4 == 0 ? "" : "{device=\"nvme\(member)n1\",mode=\"mode\(family % 7)\"}"
                buffer.append("\(name)\(labels) \(Self.value(family * 31 + member, round))\n")
                samples += 1
            }
        }
    }

    private static func value(_ number: Int, _ round: Int) -> String {
        switch number % 6 {
        case 0: return "0"
        case 1: return "1"
        case 2: return "\(number * 7919 + round * 13)"
        case 3: return "\(number * 113).\(10 + round)"
        case 4: return "1.\(23456789 + number * 11 + round)e+09"
        // Few values have more digits than the short way takes.
        default: return number % 4 == 1 ? "\(Double(number) / 7 + Double(round))" : "\(number).\(3 + round)"
        }
    }
}
