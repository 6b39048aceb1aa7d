import Model
import PrometheusBlocks

/// An open block and its series, sorted by origin.
final class BlockSeries {
    struct Entry {
        var origin: UInt32
        var reference: SeriesReference
        /// The block's own name of the series.
        var series: UInt32
    }

    let block: PrometheusBlock
    private(set) var entries: [Entry] = []

    /// Makes the series that are missing in the store. A damaged series is reported and left out.
    init(_ block: PrometheusBlock, sink: ImportSink, origins: inout OriginTable) throws(AppendError) {
        self.block = block
        entries.reserveCapacity(block.series.count)
        for series in block.series {
            let labels: Labels
            do throws(PrometheusDataError) { labels = try block.labels(of: series) } catch {
                sink.report.note(error)
                continue
            }
            let origin = origins.number(of: ImportSink.origin(of: labels))
            entries.append(Entry(origin: origin, reference: try sink.reference(for: labels), series: series))
        }
        entries.sort { ($0.origin, $0.reference) < ($1.origin, $1.reference) }
    }
}

/// Small numbers for origins.
struct OriginTable {
    private(set) var all: [Origin] = []
    private var numbers: [Origin: UInt32] = [:]

    mutating func number(of origin: Origin) -> UInt32 {
        if let known = numbers[origin] { return known }
        let number = UInt32(all.count)
        all.append(origin)
        numbers[origin] = number
        return number
    }
}
