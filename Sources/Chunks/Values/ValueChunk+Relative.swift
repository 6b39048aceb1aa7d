import Platform

/// Columns that follow a neighbour of the same rows, as the buckets of a histogram follow the bucket below: only what
/// they have beyond it is coded.
extension ValueChunk {
    /// Appends a chunk of at least one value to the buffer. It is coded as the difference to the neighbour, which has
    /// as many values, if that is shorter and gives every value back bit by bit. Returns whether it was: only then the
    /// neighbour is needed to decode it, and `decode(_:relativeTo:into:)` is for both.
    @discardableResult package static func encode(
        _ values: UnsafeBufferPointer<Double>, relativeTo neighbour: UnsafeBufferPointer<Double>,
        into buffer: ByteBuffer
    ) -> Bool {
        let start = buffer.count
        encode(values, into: buffer)
        let length = buffer.count - start
        // No difference to anything is shorter than a constant of few digits.
        if length <= 3 { return false }
        let differs = withUnsafeTemporaryAllocation(of: Double.self, capacity: values.count) { differences in
            for index in 0..<values.count {
                let difference = values[index] - neighbour[index]
                // The sum of two NaNs may be either.
                if !difference.isFinite { return false }
                if (difference + neighbour[index]).bitPattern != values[index].bitPattern { return false }
                differences[index] = difference
            }
            buffer.append(relative)
            encode(UnsafeBufferPointer(differences), into: buffer)
            return true
        }
        if !differs { return false }
        let relativeLength = buffer.count - start - length
        if relativeLength < length {
            (buffer.base + start).copyMemory(from: buffer.base + start + length, byteCount: relativeLength)
            buffer.truncate(to: start + relativeLength)
            return true
        }
        buffer.truncate(to: start + length)
        return false
    }

    /// Decodes a chunk that the function above has written: as many values as the neighbour has, which was decoded
    /// before and does not share memory with them.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, relativeTo neighbour: UnsafeBufferPointer<Double>,
        into values: UnsafeMutablePointer<Double>
    ) throws(ChunkError) {
        guard bytes.first == relative else { return try decode(bytes, count: neighbour.count, into: values) }
        try decode(UnsafeRawBufferPointer(rebasing: bytes[1...]), count: neighbour.count, into: values)
        for index in 0..<neighbour.count { values[index] += neighbour[index] }
    }

    /// Whether a chunk is coded as the difference to a neighbour, and can be decoded only with it.
    package static func isRelative(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.first == relative }

    private static var relative: UInt8 { 3 }
}
