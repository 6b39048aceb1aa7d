import Platform

/// Strings with numbers: each distinct run of bytes is kept once. Numbers go up from 0 in order of arrival,
/// so those that are new since a moment are `count then..<count now`.
///
/// Threads: `intern` by one writer at a time, the rest by any thread without a lock.
final class SymbolTable: Sendable {
    /// Where a symbol's text begins in `text`.
    private let starts = StableArray<UInt32>()
    /// Per symbol its length (varint) and its bytes.
    private let text = StableArray<UInt8>()
    private let numbers = NumberTable()
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    var count: Int { starts.count }

    /// Bytes in use.
    var memory: Int { starts.memory + text.memory + numbers.memory }

    /// The symbol's bytes; they stay at this address.
    func bytes(_ number: UInt32) -> UnsafeRawBufferPointer {
        let start = text[Int(starts[Int(number)].pointee)]
        var length = Int(start[0])
        if length < 0x80 { return UnsafeRawBufferPointer(start: start + 1, count: length) }
        length &= 0x7f
        var position = 1
        var shift = 7
        while true {
            let byte = Int(start[position])
            length |= (byte & 0x7f) << shift
            position += 1
            shift += 7
            if byte < 0x80 { return UnsafeRawBufferPointer(start: start + position, count: length) }
        }
    }

    /// The symbol's bytes behind their length, as `Labels` encode a field; they stay at this address.
    @inline(__always) func field(_ number: UInt32) -> UnsafeRawBufferPointer {
        let start = UnsafeRawPointer(text[Int(starts[Int(number)].pointee)])
        let bytes = bytes(number)
        guard let base = bytes.baseAddress else { return UnsafeRawBufferPointer(start: start, count: 1) }
        return UnsafeRawBufferPointer(start: start, count: base - start + bytes.count)
    }

    /// The symbol as text.
    func string(_ number: UInt32) -> String { String(decoding: bytes(number), as: UTF8.self) }

    func find(_ wanted: UnsafeRawBufferPointer) -> UInt32? { find(wanted, hash(wanted)) }

    func find(_ wanted: String) -> UInt32? {
        var wanted = wanted
        return wanted.withUTF8 { find(UnsafeRawBufferPointer($0)) }
    }

    /// Writer: the number of these bytes, a new one if they have none.
    func intern(_ bytes: UnsafeRawBufferPointer) throws(SeriesIndexError) -> UInt32 {
        let hash = hash(bytes)
        if let number = find(bytes, hash) { return number }
        let length = Varint.length(UInt64(bytes.count)) + bytes.count
        let start = text.contiguousStart(length)
        if start + length > Int(UInt32.max) || count >= Int(UInt32.max) - 1 { throw .full("label names and values") }
        let memory = UnsafeMutableRawPointer(text[text.append(uninitialized: length)])
        let prefix = Varint.encode(UInt64(bytes.count), to: memory)
        if let source = bytes.baseAddress { (memory + prefix).copyMemory(from: source, byteCount: bytes.count) }
        let number = UInt32(starts.append(UInt32(start)))
        numbers.insert(number, hash) { self.hash(self.bytes($0)) }
        return number
    }

    @inline(__always) private func find(_ wanted: UnsafeRawBufferPointer, _ hash: UInt32) -> UInt32? {
        numbers.find(hash) { number in
            let candidate = bytes(number)
            guard candidate.count == wanted.count else { return false }
            guard let left = candidate.baseAddress, let right = wanted.baseAddress else { return true }
            return compareMemory(left, right, wanted.count) == 0
        }
    }

    private func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.hash(bytes, seed: seed))
    }
}
