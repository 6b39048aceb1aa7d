import Model
import Platform
import Synchronization

/// Under which references the head knows the series of a block: each is looked up by its labels once, and again only if
/// the head did not know it then. Thread safe.
final class HeadReferences: Sendable {
    static let none = UInt32.max

    /// Series that are looked up without letting others in.
    private static let atOnce = 4096
    private static let seriesPerPage = 1024
    /// With this bit an entry says that no reference below the rest of it is the series'.
    private static let isUnknown: UInt32 = 1 << 31

    private struct State {
        /// Of the index that the entries are about. References are never given out twice, so what is known of one index
        /// holds for the ones after it, but for series that have left.
        var generation = 0
        /// An entry per series, in pages that are there once one of them was asked for.
        var pages: [[UInt32]] = []
    }

    private let state = Mutex(State())

    /// The references of some series by their numbers in the block, ascending; `none` where the head has no such
    /// series.
    func find(
        _ series: [UInt32], of block: BlockReader, in names: SeriesIndexSnapshot
    ) throws(BlockError) -> [UInt32] {
        var found: [UInt32] = []
        found.reserveCapacity(series.count)
        var search = try Search(block, names)
        for start in stride(from: 0, to: series.count, by: Self.atOnce) {
            let run = series[start..<min(start + Self.atOnce, series.count)]
            try state.withLock { state throws(BlockError) in
                // A view from before series left must not meet, nor leave, what holds only since then.
                if names.index.generation < state.generation {
                    for number in run { found.append(try search.reference(of: number) ?? Self.none) }
                    return
                }
                state.generation = names.index.generation
                let pages = (block.meta.series + Self.seriesPerPage - 1) / Self.seriesPerPage
                if state.pages.isEmpty { state.pages = Array(repeating: [], count: pages) }
                for number in run { found.append(try Self.find(number, &state.pages, &search)) }
            }
        }
        return found
    }

    private static func find(
        _ number: UInt32, _ pages: inout [[UInt32]], _ search: inout Search
    ) throws(BlockError) -> UInt32 {
        let (page, place) = Int(number).quotientAndRemainder(dividingBy: seriesPerPage)
        guard page < pages.count else { throw search.block.index.damage(.postings) }
        if pages[page].isEmpty { pages[page] = Array(repeating: isUnknown, count: seriesPerPage) }
        let entry = pages[page][place]
        let names = search.names
        if entry & isUnknown == 0 {
            if entry < names.limit && names.index.hasSeries(entry) { return entry }
        } else if entry & ~isUnknown >= names.limit {
            return none
        }
        let reference = try search.reference(of: number)
        if let reference {
            if reference < isUnknown { pages[page][place] = reference }
            return reference
        }
        // What the view has is all that is known of the index without a doubt.
        pages[page][place] = isUnknown | min(names.limit, isUnknown - 1)
        return none
    }

    /// Looks series up by their labels.
    private struct Search {
        let block: BlockReader
        let names: SeriesIndexSnapshot
        private var cursor: BlockSeriesCursor
        private let labels = ByteBuffer()

        init(_ block: BlockReader, _ names: SeriesIndexSnapshot) throws(BlockError) {
            self.block = block
            self.names = names
            cursor = try BlockSeriesCursor(block.index)
        }

        /// Nil when the view has no such series.
        mutating func reference(of number: UInt32) throws(BlockError) -> UInt32? {
            try cursor.move(to: number)
            labels.removeAll()
            try cursor.appendLabels(to: labels)
            guard let found = names.index.reference(ofEncoded: labels.bytes), found.rawValue < names.limit else {
                return nil
            }
            return found.rawValue
        }
    }
}
