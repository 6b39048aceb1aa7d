import Platform

/// The counterpart of `FieldReader`.
extension ByteBuffer {
    func append<T: FixedWidthInteger>(bigEndian value: T) { append(integer: value.byteSwapped) }

    /// A length and as many bytes.
    func append(field: UnsafeRawBufferPointer) {
        append(varint: UInt64(field.count))
        append(field)
    }

    /// The checksum of what stands behind `start`.
    func appendChecksum(from start: Int) {
        append(bigEndian: CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[start...])))
    }
}
