import Model

/// The distinct texts of HELP and TYPE that line caches refer to, each held once for all targets. Not
/// thread safe.
package final class MetadataTable {
    /// The number of no metadata.
    static let none = UInt32.max

    private struct Entry: Hashable {
        var name: String
        var metadata: MetricMetadata
    }

    private var entries: [Entry?] = []
    private var holders: [Int] = []
    private var numbers: [Entry: UInt32] = [:]
    private var free: [UInt32] = []

    /// All that some page said last, sorted by name, then type, then text.
    package var all: [(name: String, metadata: MetricMetadata)] {
        entries.compactMap { $0 }
            .sorted { left, right in
                if left.name != right.name { return Labels.precedes(left.name, right.name) }
                let (a, b) = (left.metadata, right.metadata)
                return a.kind == b.kind ? Labels.precedes(a.help, b.help) : a.kind.rawValue < b.kind.rawValue
            }
            .map { ($0.name, $0.metadata) }
    }

    /// The number of a text, with one more holder.
    func hold(_ name: String, _ metadata: MetricMetadata) -> UInt32 {
        let entry = Entry(name: name, metadata: metadata)
        if let number = numbers[entry] {
            hold(number)
            return number
        }
        let number = free.popLast() ?? UInt32(entries.count)
        if Int(number) == entries.count {
            entries.append(entry)
            holders.append(1)
        } else {
            entries[Int(number)] = entry
            holders[Int(number)] = 1
        }
        numbers[entry] = number
        return number
    }

    /// The family that a number is about.
    func name(_ number: UInt32) -> String? { number == Self.none ? nil : entries[Int(number)]?.name }

    func hold(_ number: UInt32) {
        if number != Self.none { holders[Int(number)] += 1 }
    }

    func release(_ number: UInt32) {
        if number == Self.none { return }
        let index = Int(number)
        holders[index] -= 1
        if holders[index] > 0 { return }
        if let entry = entries[index] { numbers[entry] = nil }
        entries[index] = nil
        free.append(number)
    }
}
