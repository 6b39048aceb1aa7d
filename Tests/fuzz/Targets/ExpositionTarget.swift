import Exposition
import Model
import Platform

enum ExpositionTarget {
    /// The page is read into a new cache, then again with it: what comes out is the same.
    static func run(_ bytes: [UInt8]) -> String? {
        let page = ByteBuffer(capacity: bytes.count)
        page.append(bytes)
        let reader = PageReader(seed: 1)
        var cache = LineCache()
        var known: [Labels: UInt32] = [:]
        func read() throws(PageError) -> [UInt64] {
            try reader.read(page, cache: cache, options: PageOptions()) { labels throws(AppendError) in
                let labels = Labels(labels)
                let number = known[labels] ?? UInt32(known.count)
                known[labels] = number
                return SeriesReference(number)
            }
            return [reader.scraped, reader.stamped].flatMap { part in
                part.references.map { UInt64($0.rawValue) } + part.values.map(\.bitPattern)
                    + part.times.map { UInt64(bitPattern: $0) }
            }
        }
        do {
            let first = try read()
            reader.commit(to: &cache)
            let second = try read()
            if !reader.vanished.isEmpty { return "series of the same page are gone" }
            return first == second ? nil : "the cache changes what is read"
        } catch {
            return nil
        }
    }
}
