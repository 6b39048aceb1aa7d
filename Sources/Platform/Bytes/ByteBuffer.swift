/// A growable run of raw bytes for encoders and for text output. Not thread safe.
///
/// Hot loops call `reserve` once, write through the pointer and `commit` what they wrote.
package final class ByteBuffer {
    // One owner, never touched during a call that changes it: without the checks that classes get for that, and inlined
    // (hence the second names), a byte is appended in 1 ns instead of 19.
    @exclusivity(unchecked) @usableFromInline var memory: UnsafeMutableRawPointer
    @exclusivity(unchecked) @usableFromInline var room: Int
    @exclusivity(unchecked) @usableFromInline var written = 0

    package init(capacity: Int = 256) {
        room = max(capacity, 64)
        memory = .allocate(byteCount: room, alignment: 16)
    }

    deinit { memory.deallocate() }

    @inlinable package var base: UnsafeMutableRawPointer { memory }
    @inlinable package var capacity: Int { room }
    /// Bytes written so far.
    @inlinable package var count: Int { written }

    /// The bytes written so far; valid until the next change.
    @inlinable package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: written) }

    /// Forgets the content, keeps the memory.
    @inlinable package func removeAll() { written = 0 }

    /// Forgets what is behind the first `newCount` bytes.
    @inlinable package func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= written)
        written = newCount
    }

    /// Room for `extra` more bytes; the pointer stands at the present end.
    @inlinable package func reserve(_ extra: Int) -> UnsafeMutableRawPointer {
        if extra > room - written { grow(by: extra) }
        return memory + written
    }

    /// Takes `count` bytes that were put behind the pointer of the last `reserve`.
    @inlinable package func commit(_ count: Int) {
        precondition(count >= 0 && count <= room - written)
        written += count
    }

    @inlinable package func append(_ byte: UInt8) {
        reserve(1).storeBytes(of: byte, as: UInt8.self)
        written += 1
    }

    @inlinable package func append(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress else { return }
        reserve(source.count).copyMemory(from: start, byteCount: source.count)
        written += source.count
    }

    package func append(_ source: [UInt8]) { source.withUnsafeBytes { append($0) } }

    @inlinable package func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Little-endian, unaligned.
    @inlinable package func append<T: FixedWidthInteger>(integer: T) {
        reserve(MemoryLayout<T>.size).storeBytes(of: integer.littleEndian, as: T.self)
        written += MemoryLayout<T>.size
    }

    /// The content as text; invalid UTF-8 is repaired.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    @usableFromInline func grow(by extra: Int) {
        let larger = max(written + extra, room * 2)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: memory, byteCount: written)
        memory.deallocate()
        memory = moved
        room = larger
    }
}
