/// Why bytes could not be packed or unpacked.
package enum CompressionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The input is not what the codec writes.
    case corrupt(codec: String, detail: String)
    /// Unpacking would give more than the caller allows.
    case outputTooLarge(codec: String, limit: Int)
    /// The input is larger than the codec takes.
    case inputTooLarge(codec: String, size: Int)
    case outOfMemory(codec: String)

    package var description: String {
        switch self {
        case .corrupt(let codec, let detail): "\(codec): corrupt data: \(detail)"
        case .outputTooLarge(let codec, let limit): "\(codec): unpacked data would exceed \(limit) bytes"
        case .inputTooLarge(let codec, let size): "\(codec): input of \(size) bytes is too large"
        case .outOfMemory(let codec): "\(codec): out of memory"
        }
    }
}
