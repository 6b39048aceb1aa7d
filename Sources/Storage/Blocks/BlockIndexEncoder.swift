import Model
import Platform

/// Makes the index file of a block. Not thread safe.
struct BlockIndexEncoder {
    private let symbols = SymbolTable(seed: 0)
    private let pairs = LabelPairTable(seed: 0)
    private var runs: [UInt32] = []
    private var runEnds: [Int] = []
    private var columns: [(series: UInt32, column: BlockColumn)] = []

    /// Adds the next series; they come in the order of their label sets.
    mutating func add(_ labels: Labels) throws(SeriesIndexError) {
        var failure: SeriesIndexError?
        var run: [UInt32] = []
        labels.forEachBytes { name, value in
            do throws(SeriesIndexError) {
                run.append(try pairs.intern(nameSymbol: try symbols.intern(name), value: try symbols.intern(value)))
            } catch { failure = error }
        }
        if let failure { throw failure }
        runs += run
        runEnds.append(runs.count)
    }

    mutating func add(_ column: BlockColumn, of series: UInt32) { columns.append((series, column)) }

    /// The whole file. Series that were given no column are not allowed.
    mutating func encode(_ timelines: [BlockTimeline]) -> ByteBuffer {
        let symbolOrder = (0..<UInt32(symbols.count)).sorted {
            Labels.compare(symbols.bytes($0), symbols.bytes($1)) < 0
        }
        let symbolRank = Self.inverse(symbolOrder)
        let names = (0..<UInt32(pairs.count)).map { symbolRank[Int(pairs.nameSymbol(pairs[$0].pointee.name))] }
        let values = (0..<UInt32(pairs.count)).map { symbolRank[Int(pairs[$0].pointee.value)] }
        let pairOrder = (0..<UInt32(pairs.count)).sorted {
            (names[Int($0)], values[Int($0)]) < (names[Int($1)], values[Int($1)])
        }
        let pairRank = Self.inverse(pairOrder)
        for index in runs.indices { runs[index] = pairRank[Int(runs[index])] }
        let postings = encodePostings()
        let series = encodeSeries()
        let timelineBytes = ByteBuffer(capacity: timelines.count * BlockTimeline.length)
        for timeline in timelines { timeline.append(to: timelineBytes) }
        return Self.file([
            (.symbols, encodeSymbols(symbolOrder)),
            (.names, Self.encodeNames(pairOrder.map { names[Int($0)] })),
            (.pairs, Self.encodePairs(pairOrder.map { values[Int($0)] }, postings)),
            (.postings, postings.bytes), (.series, series.bytes), (.restarts, series.restarts),
            (.timelines, timelineBytes),
        ])
    }

    private static func inverse(_ order: [UInt32]) -> [UInt32] {
        var rank = [UInt32](repeating: 0, count: order.count)
        for (place, number) in order.enumerated() { rank[Int(number)] = UInt32(place) }
        return rank
    }

    private func encodeSymbols(_ order: [UInt32]) -> ByteBuffer {
        let buffer = ByteBuffer()
        buffer.append(integer: UInt32(order.count))
        var end: UInt32 = 0
        for number in order {
            end += UInt32(symbols.bytes(number).count)
            buffer.append(integer: end)
        }
        for number in order { buffer.append(symbols.bytes(number)) }
        return buffer
    }

    private static func encodeNames(_ namesOfPairs: [UInt32]) -> ByteBuffer {
        let buffer = ByteBuffer()
        for (pair, name) in namesOfPairs.enumerated() where pair == 0 || namesOfPairs[pair - 1] != name {
            buffer.append(integer: name)
            buffer.append(integer: UInt32(pair))
        }
        return buffer
    }

    private static func encodePairs(
        _ values: [UInt32], _ postings: (bytes: ByteBuffer, counts: [UInt32], offsets: [UInt32])
    ) -> ByteBuffer {
        let buffer = ByteBuffer(capacity: values.count * BlockFormat.pairLength)
        for (pair, value) in values.enumerated() {
            buffer.append(integer: value)
            buffer.append(integer: postings.counts[pair])
            buffer.append(integer: postings.offsets[pair])
        }
        return buffer
    }

    private func encodePostings() -> (bytes: ByteBuffer, counts: [UInt32], offsets: [UInt32]) {
        var counts = [UInt32](repeating: 0, count: pairs.count)
        for pair in runs { counts[Int(pair)] += 1 }
        var next = [Int](repeating: 0, count: pairs.count)
        var sum = 0
        for pair in counts.indices {
            next[pair] = sum
            sum += Int(counts[pair])
        }
        var lists = [UInt32](repeating: 0, count: sum)
        var start = 0
        for (series, end) in runEnds.enumerated() {
            for pair in runs[start..<end] {
                lists[next[Int(pair)]] = UInt32(series)
                next[Int(pair)] += 1
            }
            start = end
        }
        let bytes = ByteBuffer(capacity: sum * 2)
        var offsets: [UInt32] = []
        var first = 0
        for count in counts {
            offsets.append(UInt32(bytes.count))
            var last: UInt32 = 0
            for series in lists[first..<first + Int(count)] {
                bytes.append(varint: UInt64(series - last))
                last = series
            }
            first += Int(count)
        }
        return (bytes, counts, offsets)
    }

    private mutating func encodeSeries() -> (bytes: ByteBuffer, restarts: ByteBuffer) {
        columns.sort { ($0.series, $0.column.timeline) < ($1.series, $1.column.timeline) }
        let bytes = ByteBuffer()
        let restarts = ByteBuffer()
        var previous: [UInt32] = []
        var start = 0
        var next = 0
        for (series, end) in runEnds.enumerated() {
            if series % BlockFormat.seriesPerRestart == 0 {
                restarts.append(integer: UInt32(bytes.count))
                previous = []
            }
            var code = BlockSeriesCode(pairs: Array(runs[start..<end]))
            while next < columns.count && columns[next].series == series {
                code.columns.append(columns[next].column)
                next += 1
            }
            code.append(to: bytes, after: previous)
            previous = code.pairs
            start = end
        }
        return (bytes, restarts)
    }

    /// Head, table of contents, sections.
    private static func file(_ sections: [(kind: BlockFormat.Section, bytes: ByteBuffer)]) -> ByteBuffer {
        let buffer = ByteBuffer(capacity: sections.reduce(256) { $0 + $1.bytes.count })
        buffer.append(BlockFormat.indexMagic)
        buffer.append(integer: BlockFormat.version)
        buffer.append(integer: UInt32(sections.count))
        var offset = 16 + sections.count * BlockFormat.sectionEntryLength + 4
        for (kind, bytes) in sections {
            buffer.append(integer: kind.rawValue)
            buffer.append(integer: CRC32C.checksum(bytes.bytes))
            buffer.append(integer: UInt64(offset))
            buffer.append(integer: UInt64(bytes.count))
            offset += bytes.count
        }
        buffer.append(integer: CRC32C.checksum(buffer.bytes))
        for (_, bytes) in sections { buffer.append(bytes.bytes) }
        return buffer
    }
}
