/// Bytes of a segment that are no whole frame.
package struct LogDamage: Sendable, Equatable, CustomStringConvertible {
    package enum Reason: String, Sendable {
        case header = "damaged segment header"
        case marker = "no frame marker"
        case length = "frame reaches beyond the end of the file"
        case checksum = "checksum mismatch"
        case compression = "payload does not unpack"
    }

    package var path: String
    package var position: LogPosition
    /// Bytes skipped or cut.
    package var length: Int
    package var reason: Reason
    /// True for the end of the last segment: an append that a crash cut short, to be removed. Nothing that was synced
    /// is lost by it.
    package var isTornTail: Bool

    package var description: String {
        "\(path): \(length) bytes at offset \(position.offset) \(isTornTail ? "cut off" : "skipped"): \(reason.rawValue)"
    }
}
