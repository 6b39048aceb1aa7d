import Model
import Platform

/// How a target's pages are to be read.
package struct PageOptions: Sendable, Equatable {
    /// Samples keep the timestamps they come with.
    package var honorsTimestamps = true
    /// Series with timestamps of their own are marked stale as well when they vanish.
    package var tracksStamped = false

    package init() {}
}

/// Samples of a page, in its order.
package struct PageSamples: Sendable {
    package var references: [SeriesReference] = []
    package var values: [Double] = []
    /// Milliseconds; empty for samples that the scrape stamps.
    package var times: [Int64] = []
}

/// Reads pages in the text format (0.0.4, and 1.0.0 with quoted names). One reader serves all targets of a
/// thread: it owns the scratch memory, a target only its line cache. One bad line refuses the page.
///
/// A line that begins as the line at the same place of the target's last page costs a hash over that
/// beginning and the reading of its value; no text is kept or made. After a line that is not where it was,
/// the reader looks some lines ahead, then finds the line by its hash; only a line that is new is taken
/// apart and its labels resolved.
package final class PageReader {
    /// Samples without a timestamp that counts.
    package var scraped: PageSamples { PageSamples(references: references, values: values) }
    package internal(set) var stamped = PageSamples()
    /// Lines of series that the last page did not have.
    package internal(set) var addedSeries = 0
    /// Tracked series of the last page that are missing in this one, ascending.
    package internal(set) var vanished: [SeriesReference] = []
    /// Lines whose beginning the cache knew, and lines taken apart, over all pages; comments about one
    /// family count once.
    package internal(set) var knownLines = 0
    package internal(set) var unknownLines = 0
    /// HELP and TYPE of all caches that this reader filled.
    package let metadata = MetadataTable()

    let powers = SampleNumber.makePowers()
    private let seeds: [UInt64]
    /// Of comments.
    let commentSeed: UInt64

    var scanner = LineScanner(page: ByteBuffer(capacity: 0))
    /// The samples of `scraped`. While a page is read the arrays are longer, and `count` of them are
    /// filled.
    var references: [SeriesReference] = []
    var values: [Double] = []
    var count = 0
    /// The place in the cache where the next line is expected.
    var place = 0
    var type = FamilyType.other
    var options = PageOptions()

    /// What the cache becomes when the page differs from the last one; `matched` says which old lines are
    /// in it as they were.
    var isChanged = false
    var lines: [CachedLine] = []
    var matched: [Bool] = []
    var index = LineIndex()
    /// Metadata held for the page while it is not committed.
    var heldMetadata: [UInt32] = []

    /// - Parameter seed: random, so that nobody can make lines that collide.
    package init(seed: UInt64) {
        seeds = (0..<3).map { StableHash.combine($0, seed) }
        commentSeed = StableHash.combine(3, seed)
    }

    deinit { powers.deallocate() }

    func seed(of type: FamilyType) -> UInt64 { seeds[type.rawValue] }

    /// Reads a page into `scraped` and `stamped`. The cache stays as it is until `commit`.
    /// - Parameters:
    ///   - page: a missing last line end is added.
    ///   - resolve: the series of a line that was not on the last page, from its labels as scraped: the metric
    ///     name first, names unique, empty values kept.
    package func read(
        _ page: ByteBuffer, cache: LineCache, options: PageOptions = PageOptions(),
        resolve: ([Label]) throws(AppendError) -> SeriesReference
    ) throws(PageError) {
        if page.bytes.last != UInt8(ascii: "\n") { page.append(UInt8(ascii: "\n")) }
        reset(page, options)
        try cache.lines.withUnsafeBufferPointer { known throws(PageError) in
            while scanner.position < scanner.end {
                try readKnown(known)
                if scanner.position < scanner.end { try readUnknown(known, resolve) }
            }
            if place < known.count, !isChanged { beginChange(known) }
            if isChanged { findVanished(known) }
        }
        references.removeLast(references.count - count)
        values.removeLast(values.count - count)
    }

    private func reset(_ page: ByteBuffer, _ options: PageOptions) {
        scanner = LineScanner(page: page)
        self.options = options
        count = 0
        stamped.references.removeAll(keepingCapacity: true)
        stamped.values.removeAll(keepingCapacity: true)
        stamped.times.removeAll(keepingCapacity: true)
        addedSeries = 0
        vanished.removeAll(keepingCapacity: true)
        place = 0
        type = .other
        discard()
    }

    // MARK: Known lines

    /// Reads lines as long as they are where the cache expects them.
    private func readKnown(_ known: UnsafeBufferPointer<CachedLine>) throws(PageError) {
        let first = place
        makeRoom(known.count - place)
        try references.withUnsafeMutableBufferPointer { references throws(PageError) in
            try values.withUnsafeMutableBufferPointer { values throws(PageError) in
                try readKnown(known, references, values)
            }
        }
        knownLines += place - first
        if isChanged {
            lines.append(contentsOf: known[first..<place])
            for place in first..<place { matched[place] = true }
        }
    }

    private func readKnown(
        _ known: UnsafeBufferPointer<CachedLine>, _ references: UnsafeMutableBufferPointer<SeriesReference>,
        _ values: UnsafeMutableBufferPointer<Double>
    ) throws(PageError) {
        let end = scanner.end
        var position = scanner.position
        var place = self.place
        var count = self.count
        var seed = self.seed(of: type)
        defer {
            scanner.position = position
            self.place = place
            self.count = count
        }
        while place < known.count {
            let line = known[place]
            let length = line.length
            let isSeries = line.isSeries
            guard end - position >= length,
                StableHash.hash(
                    UnsafeRawBufferPointer(start: position, count: length), seed: isSeries ? seed : commentSeed)
                    == line.hash
            else { return }
            if !isSeries {
                if let type = FamilyType(line.kind) {
                    self.type = type
                    seed = self.seed(of: type)
                }
                position += length
                place += 1
                continue
            }
            var next = position + length
            if line.kind == .sample, let value = SampleNumber.readPlain(&next, powers: powers),
                next.pointee == UInt8(ascii: "\n")
            {
                references[count] = SeriesReference(line.reference)
                values[count] = value
                count += 1
                position = next + 1
                place += 1
                continue
            }
            guard let sample = try readKnownSample(line, at: position) else { return }
            if let time = sample.time {
                appendStamped(SeriesReference(line.reference), sample.value, time)
            } else {
                references[count] = SeriesReference(line.reference)
                values[count] = sample.value
                count += 1
            }
            position = scanner.position
            place += 1
        }
    }

    /// The sample of a known line whose number or timestamp takes more care; nil when it is another line after all,
    /// has become stamped or has ceased to be.
    private func readKnownSample(
        _ line: CachedLine, at position: UnsafePointer<UInt8>
    ) throws(PageError) -> (value: Double, time: Int64?)? {
        scanner.position = position
        scanner.beginLine()
        scanner.position += line.length
        scanner.skipBlanks()
        // `e {x="y"} 1` begins as `e 1` does.
        if scanner.isAtTokenEnd { return nil }
        var sample = try scanner.scanSample(powers: powers)
        if !options.honorsTimestamps { sample.time = nil }
        return (sample.time != nil) == (line.kind == .stamped) ? sample : nil
    }

    func appendStamped(_ reference: SeriesReference, _ value: Double, _ time: Int64) {
        stamped.references.append(reference)
        stamped.values.append(value)
        stamped.times.append(time)
    }

    /// Room for so many more unstamped samples.
    func makeRoom(_ extra: Int) {
        let missing = count + extra - values.count
        if missing <= 0 { return }
        references.append(contentsOf: repeatElement(SeriesReference(0), count: missing))
        values.append(contentsOf: repeatElement(0, count: missing))
    }
}

extension FamilyType {
    /// The type that comments put in force; nil when they leave it.
    init?(_ kind: CachedLine.Kind) {
        switch kind {
        case .sample, .stamped, .comment: return nil
        case .otherType: self = .other
        case .histogramType: self = .histogram
        case .summaryType: self = .summary
        }
    }
}
