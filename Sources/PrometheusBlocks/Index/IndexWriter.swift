import Model
import Platform

/// Puts an index of format 2 together, in memory: about 100 bytes per series. Sections that Prometheus has not read
/// since 2.15 (label indices) are left out; its table of contents has zeros for them.
enum IndexWriter {
    struct Chunk {
        var minimumTime: Int64
        var maximumTime: Int64
        /// The chunk's reference; until it has one, the writer's own place for it.
        var place: UInt64
        /// Bytes of encoding and data.
        var length: UInt32
    }

    struct Series {
        var labels: Labels
        var chunks: [Chunk]
    }

    /// - Parameter series: in label order.
    static func write(_ series: [Series]) -> ByteBuffer {
        let output = ByteBuffer(capacity: 1 << 16)
        output.append(bigEndian: IndexFormat.magic)
        output.append(UInt8(2))
        let symbols = SymbolList(series)
        let symbolsStart = output.count
        symbols.write(to: output)
        var postings = Postings()
        align(output, to: IndexFormat.seriesAlignment)
        let seriesStart = output.count
        for entry in series {
            align(output, to: IndexFormat.seriesAlignment)
            let name = UInt32(output.count / IndexFormat.seriesAlignment)
            write(entry, symbols, &postings, name, to: output)
        }
        align(output, to: IndexFormat.postingsAlignment)
        let postingsStart = output.count
        let offsets = postings.write(symbols, to: output)
        let offsetsStart = output.count
        section(output) { $0.append(offsets.bytes) }
        let contents = output.count
        for offset in [symbolsStart, seriesStart, 0, 0, postingsStart, offsetsStart] {
            output.append(bigEndian: UInt64(offset))
        }
        output.appendChecksum(from: contents)
        return output
    }

    private static func align(_ output: ByteBuffer, to alignment: Int) {
        while output.count % alignment != 0 { output.append(UInt8(0)) }
    }

    /// Length in front, checksum behind.
    static func section(_ output: ByteBuffer, _ body: (ByteBuffer) -> Void) {
        let start = output.count
        output.append(bigEndian: UInt32(0))
        body(output)
        let length = UInt32(output.count - start - 4)
        (output.base + start).storeBytes(of: length.bigEndian, as: UInt32.self)
        output.appendChecksum(from: start + 4)
    }

    private static func write(
        _ entry: Series, _ symbols: SymbolList, _ postings: inout Postings, _ name: UInt32, to output: ByteBuffer
    ) {
        let body = ByteBuffer()
        body.append(varint: UInt64(entry.labels.count))
        entry.labels.forEachBytes { label, value in
            let pair = (symbols.number(label), symbols.number(value))
            body.append(varint: UInt64(pair.0))
            body.append(varint: UInt64(pair.1))
            postings.add(name, label: pair.0, value: pair.1)
        }
        postings.add(name)
        body.append(varint: UInt64(entry.chunks.count))
        var previous: Chunk?
        for chunk in entry.chunks {
            if let previous {
                body.append(varint: UInt64(chunk.minimumTime - previous.maximumTime))
                body.append(varint: UInt64(chunk.maximumTime - chunk.minimumTime))
                body.append(signedVarint: Int64(bitPattern: chunk.place &- previous.place))
            } else {
                body.append(signedVarint: chunk.minimumTime)
                body.append(varint: UInt64(chunk.maximumTime - chunk.minimumTime))
                body.append(varint: chunk.place)
            }
            previous = chunk
        }
        output.append(varint: UInt64(body.count))
        let start = output.count
        output.append(body.bytes)
        output.appendChecksum(from: start)
    }
}

/// All names and values, sorted by bytes, each once.
private struct SymbolList {
    private let sorted: [[UInt8]]
    private let numbers: [[UInt8]: UInt32]

    init(_ series: [IndexWriter.Series]) {
        // The empty text is always one: all postings go by it.
        var all: Set<[UInt8]> = [[]]
        for entry in series {
            entry.labels.forEachBytes { name, value in
                all.insert([UInt8](name))
                all.insert([UInt8](value))
            }
        }
        sorted = all.sorted { $0.lexicographicallyPrecedes($1) }
        var numbers: [[UInt8]: UInt32] = [:]
        numbers.reserveCapacity(sorted.count)
        for (number, symbol) in sorted.enumerated() { numbers[symbol] = UInt32(number) }
        self.numbers = numbers
    }

    func number(_ text: UnsafeRawBufferPointer) -> UInt32 { numbers[[UInt8](text)] ?? 0 }

    subscript(number: UInt32) -> [UInt8] { sorted[Int(number)] }

    func write(to output: ByteBuffer) {
        IndexWriter.section(output) { output in
            output.append(bigEndian: UInt32(sorted.count))
            for symbol in sorted { symbol.withUnsafeBytes { output.append(field: $0) } }
        }
    }
}

/// Which series bear a label, by symbols.
private struct Postings {
    private var lists: [UInt64: [UInt32]] = [:]
    private var all: [UInt32] = []

    mutating func add(_ series: UInt32) { all.append(series) }

    mutating func add(_ series: UInt32, label: UInt32, value: UInt32) {
        lists[UInt64(label) << 32 | UInt64(value), default: []].append(series)
    }

    /// Writes the lists; returns the body of the table of their offsets.
    func write(_ symbols: SymbolList, to output: ByteBuffer) -> ByteBuffer {
        let offsets = ByteBuffer()
        offsets.append(bigEndian: UInt32(lists.count + 1))
        Self.write(all, name: [], value: [], offsets, output)
        // Symbols are sorted, so their numbers are.
        for (key, list) in lists.sorted(by: { $0.key < $1.key }) {
            let (name, value) = (symbols[UInt32(key >> 32)], symbols[UInt32(key & 0xffff_ffff)])
            Self.write(list, name: name, value: value, offsets, output)
        }
        return offsets
    }

    private static func write(
        _ list: [UInt32], name: [UInt8], value: [UInt8], _ offsets: ByteBuffer, _ output: ByteBuffer
    ) {
        while output.count % IndexFormat.postingsAlignment != 0 { output.append(UInt8(0)) }
        offsets.append(varint: 2)
        name.withUnsafeBytes { offsets.append(field: $0) }
        value.withUnsafeBytes { offsets.append(field: $0) }
        offsets.append(varint: UInt64(output.count))
        IndexWriter.section(output) { output in
            output.append(bigEndian: UInt32(list.count))
            for series in list { output.append(bigEndian: series) }
        }
    }
}
