import Model

/// The distinct texts of HELP and TYPE that line caches refer to, each held once for all targets. Not
/// thread safe.
package final class MetadataTable {
    /// The number of no metadata.
    static let none = UInt32.max

    private var entries: [MetricFamily?] = []
    private var holders: [Int] = []
    private var numbers: [MetricFamily: UInt32] = [:]
    private var free: [UInt32] = []

    /// All that some page said last, sorted.
    package var all: [MetricFamily] { entries.compactMap { $0 }.sorted() }

    /// What the page of a cache said, sorted.
    package func families(of cache: LineCache) -> [MetricFamily] {
        Set(cache.lines.filter { !$0.isSeries && $0.reference != Self.none }.map(\.reference))
            .compactMap { entries[Int($0)] }.sorted()
    }

    /// The number of a text, with one more holder.
    func hold(_ name: String, _ metadata: MetricMetadata) -> UInt32 {
        let entry = MetricFamily(name: name, metadata: metadata)
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
