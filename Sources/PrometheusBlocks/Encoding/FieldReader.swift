import Platform

/// Reads the fields that Prometheus's files are made of: big-endian integers, varints as Go writes them, strings with
/// their length in front. Never reads beyond its bytes.
struct FieldReader {
    let bytes: UnsafeRawBufferPointer
    let file: String
    /// Where `bytes` begin in the file.
    let base: Int
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer, file: String, base: Int) {
        self.bytes = bytes
        self.file = file
        self.base = base
    }

    var isAtEnd: Bool { position >= bytes.count }
    var remaining: Int { bytes.count - position }

    func failure(_ reason: String) -> PrometheusDataError {
        PrometheusDataError(file: file, offset: base + position, reason: reason)
    }

    mutating func take(_ count: Int) throws(PrometheusDataError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw failure("\(count) bytes expected, \(remaining) left") }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    /// Big-endian.
    mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(PrometheusDataError) -> T {
        let field = try take(MemoryLayout<T>.size)
        return T(bigEndian: field.loadUnaligned(as: T.self))
    }

    mutating func uvarint() throws(PrometheusDataError) -> UInt64 {
        guard let base = bytes.baseAddress else { throw failure("a number is missing") }
        var cursor = base + position
        guard let value = Varint.decode(&cursor, end: base + bytes.count) else { throw failure("a number is missing") }
        position = cursor - base
        return value
    }

    mutating func varint() throws(PrometheusDataError) -> Int64 { Varint.unzigzag(try uvarint()) }

    /// A number of things that take at least `size` bytes each.
    mutating func count(size: Int) throws(PrometheusDataError) -> Int {
        let start = position
        let count = try uvarint()
        if count > UInt64(remaining / size) {
            position = start
            throw failure("\(count) entries cannot fit into \(remaining) bytes")
        }
        return Int(count)
    }

    /// A length and as many bytes.
    mutating func field() throws(PrometheusDataError) -> UnsafeRawBufferPointer { try take(count(size: 1)) }
}
