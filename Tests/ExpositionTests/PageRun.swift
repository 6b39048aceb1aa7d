import Exposition
import Model
import Platform

/// A target's pages read one after the other, with labels in place of references.
final class PageRun {
    struct Sample: Equatable, CustomStringConvertible {
        var labels: Labels
        var bits: UInt64
        var time: Int64?

        init(_ labels: Labels, _ value: Double, _ time: Int64? = nil) {
            self.labels = labels
            bits = value.bitPattern
            self.time = time
        }

        var description: String { "\(labels) \(Double(bitPattern: bits)) \(time.map { "@\($0)" } ?? "")" }
    }

    let reader: PageReader
    var cache = LineCache()
    var options = PageOptions()
    private(set) var labels: [Labels] = []
    private(set) var resolved = 0
    private var numbers: [Labels: UInt32] = [:]

    init(seed: UInt64 = 1) { reader = PageReader(seed: seed) }

    func read(_ text: String) throws(PageError) { try read([UInt8](text.utf8)) }

    func read(_ bytes: [UInt8]) throws(PageError) {
        let page = ByteBuffer(capacity: bytes.count)
        page.append(bytes)
        try reader.read(page, cache: cache, options: options) { scraped throws(AppendError) in
            resolved += 1
            let labels = Labels(scraped)
            if let number = numbers[labels] { return SeriesReference(number) }
            let number = UInt32(self.labels.count)
            self.labels.append(labels)
            numbers[labels] = number
            return SeriesReference(number)
        }
    }

    /// Reads and commits; the unstamped samples, then the stamped ones.
    @discardableResult
    func scrape(_ text: String) throws(PageError) -> [Sample] {
        try read(text)
        defer { reader.commit(to: &cache) }
        return samples
    }

    var samples: [Sample] {
        scraped
            + zip(reader.stamped.references.indices, reader.stamped.references).map { index, reference in
                Sample(labels(of: reference), reader.stamped.values[index], reader.stamped.times[index])
            }
    }

    private var scraped: [Sample] {
        zip(reader.scraped.references, reader.scraped.values).map { Sample(labels(of: $0), $1) }
    }

    var vanished: [Labels] { reader.vanished.map { labels(of: $0) } }

    func labels(of reference: SeriesReference) -> Labels { labels[Int(reference.rawValue)] }
}
