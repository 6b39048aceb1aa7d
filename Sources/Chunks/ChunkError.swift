/// Why a chunk cannot be decoded. Chunks lie inside checksummed files: any of these means a file written
/// wrongly, or damage that the checksum missed.
package enum ChunkError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The codec byte is none of those in docs/format/chunks.md.
    case unknownCodec(UInt8)
    /// The bytes end before `count` elements were found.
    case truncated
    /// Bytes are left over after `count` elements.
    case trailingBytes
    /// A field has a value that no encoder writes.
    case malformed
    /// A time that is not later than the one before it.
    case notIncreasing

    package var description: String {
        switch self {
        case .unknownCodec(let codec): return "unknown codec \(codec)"
        case .truncated: return "chunk is cut short"
        case .trailingBytes: return "chunk has bytes after its last element"
        case .malformed: return "chunk is malformed"
        case .notIncreasing: return "chunk holds times that do not increase"
        }
    }
}
