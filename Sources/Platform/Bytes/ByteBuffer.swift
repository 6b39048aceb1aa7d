/// A growable run of raw bytes for encoders and for text output. Not thread safe.
///
/// Hot loops call `reserve` once, write through the pointer and `commit` what they wrote.
package final class ByteBuffer {
    @usableFromInline package private(set) var base: UnsafeMutableRawPointer
    @usableFromInline package private(set) var capacity: Int
    /// Bytes written so far.
    @usableFromInline package private(set) var count = 0

    package init(capacity: Int = 256) {
        self.capacity = max(capacity, 64)
        base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    /// The bytes written so far; valid until the next change and only while the caller holds on to the buffer (never
    /// take them from a temporary).
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Forgets the content, keeps the memory.
    @inlinable package func removeAll() { truncate(to: 0) }

    package func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= capacity)
        count = newCount
    }

    /// Room for `extra` more bytes; the pointer stands at the present end.
    package func reserve(_ extra: Int) -> UnsafeMutableRawPointer {
        if count + extra > capacity { grow(to: count + extra) }
        return base + count
    }

    /// Takes `written` bytes that were put behind the pointer of the last `reserve`.
    package func commit(_ written: Int) {
        precondition(written >= 0 && count + written <= capacity)
        count += written
    }

    package func append(_ byte: UInt8) {
        reserve(1).storeBytes(of: byte, as: UInt8.self)
        count += 1
    }

    package func append(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress else { return }
        reserve(source.count).copyMemory(from: start, byteCount: source.count)
        count += source.count
    }

    package func append(_ source: [UInt8]) { source.withUnsafeBytes { append($0) } }

    package func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Little-endian, unaligned.
    package func append<T: FixedWidthInteger>(integer: T) {
        reserve(MemoryLayout<T>.size).storeBytes(of: integer.littleEndian, as: T.self)
        count += MemoryLayout<T>.size
    }

    /// The content as text; invalid UTF-8 is repaired.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    private func grow(to needed: Int) {
        let larger = max(needed, capacity * 2)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = moved
        capacity = larger
    }
}
