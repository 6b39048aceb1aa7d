import Model
import Platform

/// A hash of series and samples that does not depend on their order nor on how they are stored: 128 bits, the sums of
/// two 64-bit hashes of each sample with the labels of its series. A sample counts with all its bits, stale markers
/// too.
package struct SampleDigest: Sendable, Equatable, CustomStringConvertible {
    package private(set) var series = 0
    package private(set) var samples = 0
    private var first: UInt64 = 0
    private var second: UInt64 = 0

    package init() {}

    /// - Parameters:
    ///   - lists: of matchers; series that match any of them count, all when there is none.
    ///   - start: first millisecond that counts.
    ///   - end: the last one.
    ///   - progress: gets the part that is read, 0 to 1, and the samples so far.
    package init(
        _ snapshot: any SeriesSnapshot, _ lists: [[LabelMatcher]] = [], start: Int64 = .min, end: Int64 = .max,
        progress: (Double, Int) -> Void = { _, _ in }
    ) throws(SelectError) {
        let lists = lists.isEmpty ? [[]] : lists
        let slice = Slice()
        var seen: Set<Labels> = []
        for (number, list) in lists.enumerated() {
            let selection = try snapshot.select(
                SelectRequest(matchers: list, start: start, end: end, keepsStaleMarkers: true))
            for unit in 0..<selection.unitCount {
                try selection.read(unit: unit, into: slice)
                for column in slice.columns {
                    let labels = selection.labels(of: column.series)
                    // A series may match several lists.
                    if lists.count == 1 || seen.insert(labels).inserted { add(column, of: slice, labels) }
                }
                let part = Double(unit + 1) / Double(selection.unitCount)
                progress((Double(number) + part) / Double(lists.count), samples)
            }
        }
    }

    private mutating func add(_ column: Slice.Column, of slice: Slice, _ labels: Labels) {
        if column.count == 0 { return }
        let name = labels.encoded.withUnsafeBytes { (StableHash.hash($0, seed: 1), StableHash.hash($0, seed: 2)) }
        for index in 0..<column.count {
            let time = UInt64(bitPattern: slice.times[column.firstTime + index])
            let bits = slice.values[column.firstValue + index].bitPattern
            first &+= StableHash.combine(name.0 ^ time, bits)
            second &+= StableHash.combine(bits ^ name.1, time)
        }
        series += 1
        samples += column.count
    }

    /// 32 hexadecimal digits.
    package var text: String { Self.digits(first) + Self.digits(second) }

    package var description: String { "\(text), \(series) series, \(samples) samples" }

    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
