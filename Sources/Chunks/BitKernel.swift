/// The inner loop of a decoder: reads elements from a run of bits, highest bit first.
protocol BitKernel {
    /// Elements still wanted.
    var remaining: Int { get }

    /// Decodes elements as long as some are wanted and the next one begins before bit `limit`; returns
    /// where the next one begins. One element has at most 80 bits, and up to `BitKernelInput.slack` bytes
    /// from the one that holds its first bit are read.
    mutating func run(_ bytes: UnsafeRawPointer, from position: Int, before limit: Int) throws(ChunkError) -> Int
}

extension BitKernel {
    /// Decodes all wanted elements from `bytes`, beginning at byte `start`, and checks that nothing is
    /// left.
    ///
    /// The kernel reads whole words, so it runs in place only where the slack lies inside the bytes; the
    /// end is decoded from a copy with zeros behind it.
    mutating func decode(_ bytes: UnsafeRawBufferPointer, from start: Int) throws(ChunkError) {
        var position = start * 8
        if bytes.count > BitKernelInput.slack, let base = bytes.baseAddress {
            position = try run(base, from: position, before: (bytes.count - BitKernelInput.slack) * 8)
        }
        if remaining > 0 { position = try runTail(bytes, from: position) }
        let end = (position + 7) >> 3
        if remaining > 0 || end > bytes.count { throw .truncated }
        if end < bytes.count { throw .trailingBytes }
    }

    private mutating func runTail(_ bytes: UnsafeRawBufferPointer, from position: Int) throws(ChunkError) -> Int {
        let offset = min(position >> 3, bytes.count)
        var tail = BitKernelInput.Tail()
        var end = Result<Int, ChunkError>.success(0)
        withUnsafeMutableBytes(of: &tail) { memory in
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset...]))
            let start = UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped)
            do throws(ChunkError) {
                end = .success(
                    try run(start, from: position - offset * 8, before: (bytes.count - offset) * 8))
            } catch {
                end = .failure(error)
            }
        }
        return try end.get() + offset * 8
    }
}

/// How bits are fetched for a `BitKernel`.
package enum BitKernelInput {
    /// Bytes that may be read from the byte of an element's first bit on.
    package static let slack = 16

    /// Room for the last `slack` bytes and as many zeros.
    struct Tail {
        private let words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    }

    /// At least the next 57 bits, at the top of the word.
    @inlinable @inline(__always) package static func peek(_ bytes: UnsafeRawPointer, _ position: Int) -> UInt64 {
        let word = UInt64(bigEndian: (bytes + (position &>> 3)).loadUnaligned(as: UInt64.self))
        return word &<< UInt64(truncatingIfNeeded: position & 7)
    }

    /// The next 64 bits.
    @inlinable @inline(__always) package static func fetch(_ bytes: UnsafeRawPointer, _ position: Int) -> UInt64 {
        let address = bytes + (position &>> 3)
        let word = UInt64(bigEndian: address.loadUnaligned(as: UInt64.self))
        let next = UInt64((address + 8).load(as: UInt8.self))
        let shift = UInt64(truncatingIfNeeded: position & 7)
        return word &<< shift | next &>> (8 &- shift)
    }
}
