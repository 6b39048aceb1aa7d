import Model
import Platform

/// Reads the `index` file of a block: symbols, the list of all series, and their entries on demand.
final class BlockIndex {
    let path: String
    private let map: any MappedBytes
    private let version: UInt8
    /// Where each symbol begins; version 1 names symbols by offset instead.
    private let symbols: [UInt32]
    /// Names of all series, in label order.
    let series: [UInt32]

    private var bytes: UnsafeRawBufferPointer { map.bytes }

    init(_ files: any FileSystem, path: String) throws {
        let file = try files.open(path, .read)
        let map = try file.map(length: Int(try file.size()))
        self.path = path
        self.map = map
        var reader = FieldReader(map.bytes, file: path, base: 0)
        guard try reader.integer(UInt32.self) == IndexFormat.magic else {
            throw PrometheusDataError(file: path, offset: 0, reason: "this is no index of a block")
        }
        version = try reader.integer(UInt8.self)
        guard version == 1 || version == 2 else {
            throw PrometheusDataError(file: path, offset: 4, reason: "index format \(version) is not known")
        }
        let sections = Sections(bytes: map.bytes, path: path)
        let contents = try sections.contents()
        symbols = try sections.symbols(at: contents.symbols)
        series = try sections.allSeries(at: contents.postingsOffsets)
    }

    /// Labels of a series, and its chunks into `chunks`, in time order.
    func entry(_ name: UInt32, chunks: inout [ChunkPlace]) throws(PrometheusDataError) -> Labels {
        var reader = try seriesReader(name)
        let labels = try labels(&reader)
        try readChunks(&reader, into: &chunks)
        return labels
    }

    /// Only the chunks.
    func chunks(_ name: UInt32, into chunks: inout [ChunkPlace]) throws(PrometheusDataError) {
        var reader = try seriesReader(name)
        for _ in 0..<(try reader.count(size: 2)) {
            _ = try reader.uvarint()
            _ = try reader.uvarint()
        }
        try readChunks(&reader, into: &chunks)
    }

    private func seriesReader(_ name: UInt32) throws(PrometheusDataError) -> FieldReader {
        let offset = version == 1 ? Int(name) : Int(name) * IndexFormat.seriesAlignment
        guard offset >= IndexFormat.headerSize, offset < bytes.count else {
            throw PrometheusDataError(file: path, offset: offset, reason: "the index names a series that is not there")
        }
        var reader = FieldReader(UnsafeRawBufferPointer(rebasing: bytes[offset...]), file: path, base: offset)
        let length = try reader.count(size: 1)
        let start = offset + reader.position
        let body = try reader.take(length)
        try Checksum.check(body, against: try reader.integer(UInt32.self), file: path, offset: offset, "series")
        return FieldReader(body, file: path, base: start)
    }

    private func labels(_ reader: inout FieldReader) throws(PrometheusDataError) -> Labels {
        var fields: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)] = []
        let count = try reader.count(size: 2)
        fields.reserveCapacity(count)
        for _ in 0..<count {
            let name = try symbol(try reader.uvarint(), &reader)
            let value = try symbol(try reader.uvarint(), &reader)
            if let last = fields.last, Labels.compare(last.name, name) >= 0 {
                throw reader.failure("the labels of a series are not in order")
            }
            if !value.isEmpty { fields.append((name, value)) }
        }
        return Labels(encodedFrom: fields)
    }

    private func symbol(
        _ number: UInt64, _ reader: inout FieldReader
    ) throws(PrometheusDataError) -> UnsafeRawBufferPointer {
        var offset = Int(truncatingIfNeeded: number)
        if version == 2 {
            guard number < UInt64(symbols.count) else { throw reader.failure("symbol \(number) does not exist") }
            offset = Int(symbols[offset])
        }
        guard offset >= IndexFormat.headerSize, offset < bytes.count else {
            throw reader.failure("symbol \(number) does not exist")
        }
        var text = FieldReader(UnsafeRawBufferPointer(rebasing: bytes[offset...]), file: path, base: offset)
        return try text.field()
    }

    /// Per chunk its first time against the last time before it, its length in time, its reference against the last.
    private func readChunks(
        _ reader: inout FieldReader, into chunks: inout [ChunkPlace]
    ) throws(PrometheusDataError) {
        chunks.removeAll(keepingCapacity: true)
        var time: Int64 = 0
        var reference: UInt64 = 0
        for index in 0..<(try reader.count(size: 3)) {
            let first = index == 0
            time = first ? try reader.varint() : time &+ Int64(truncatingIfNeeded: try reader.uvarint())
            let minimum = time
            time &+= Int64(truncatingIfNeeded: try reader.uvarint())
            reference =
                first ? try reader.uvarint() : reference &+ UInt64(bitPattern: try reader.varint())
            chunks.append(ChunkPlace(minimumTime: minimum, maximumTime: time, reference: reference))
        }
    }
}

/// The sections of an index that are read when it is opened.
private struct Sections {
    let bytes: UnsafeRawBufferPointer
    let path: String

    func contents() throws(PrometheusDataError) -> (symbols: Int, postingsOffsets: Int) {
        let start = bytes.count - IndexFormat.contentsSize
        guard start >= IndexFormat.headerSize else {
            throw PrometheusDataError(file: path, reason: "the table of contents is missing")
        }
        var reader = FieldReader(UnsafeRawBufferPointer(rebasing: bytes[start...]), file: path, base: start)
        let body = try reader.take(IndexFormat.contentsSize - Checksum.size)
        try Checksum.check(
            body, against: try reader.integer(UInt32.self), file: path, offset: start, "table of contents")
        var fields = FieldReader(body, file: path, base: start)
        var offsets: [Int] = []
        while !fields.isAtEnd { offsets.append(Int(truncatingIfNeeded: try fields.integer(UInt64.self))) }
        return (offsets[0], offsets[5])
    }

    /// A section with 4 bytes of length in front and a checksum behind.
    private func section(at offset: Int, _ what: String) throws(PrometheusDataError) -> FieldReader {
        guard offset >= IndexFormat.headerSize, offset < bytes.count else {
            throw PrometheusDataError(file: path, offset: offset, reason: "\(what) cannot begin here")
        }
        var reader = FieldReader(UnsafeRawBufferPointer(rebasing: bytes[offset...]), file: path, base: offset)
        let body = try reader.take(Int(try reader.integer(UInt32.self)))
        try Checksum.check(body, against: try reader.integer(UInt32.self), file: path, offset: offset, what)
        return FieldReader(body, file: path, base: offset + 4)
    }

    func symbols(at offset: Int) throws(PrometheusDataError) -> [UInt32] {
        if offset == 0 { return [] }
        var reader = try section(at: offset, "table of symbols")
        let count = Int(try reader.integer(UInt32.self))
        guard count <= reader.remaining else { throw reader.failure("\(count) symbols cannot fit") }
        var offsets: [UInt32] = []
        offsets.reserveCapacity(count)
        for _ in 0..<count {
            offsets.append(UInt32(truncatingIfNeeded: reader.base + reader.position))
            _ = try reader.field()
        }
        return offsets
    }

    /// The postings of the empty name and value: all series.
    func allSeries(at offset: Int) throws(PrometheusDataError) -> [UInt32] {
        if offset == 0 { return [] }
        var table = try section(at: offset, "table of postings")
        for _ in 0..<(try table.integer(UInt32.self)) {
            guard try table.uvarint() == 2 else {
                throw table.failure("an entry of the table of postings is malformed")
            }
            let isAll = try table.field().isEmpty
            let isEmpty = try table.field().isEmpty
            let place = try table.uvarint()
            if isAll && isEmpty { return try postings(at: Int(truncatingIfNeeded: place)) }
        }
        return []
    }

    private func postings(at offset: Int) throws(PrometheusDataError) -> [UInt32] {
        var reader = try section(at: offset, "postings")
        let count = Int(try reader.integer(UInt32.self))
        guard count * 4 <= reader.remaining else { throw reader.failure("\(count) postings cannot fit") }
        var names: [UInt32] = []
        names.reserveCapacity(count)
        for _ in 0..<count { names.append(try reader.integer(UInt32.self)) }
        return names
    }
}
