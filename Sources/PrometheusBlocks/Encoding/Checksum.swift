import Platform

/// CRC32C, big-endian, behind what it protects.
enum Checksum {
    static let size = 4

    /// - Parameter offset: where `bytes` begin in the file.
    static func check(
        _ bytes: UnsafeRawBufferPointer, against stored: UInt32, file: String, offset: Int, _ what: String
    ) throws(PrometheusDataError) {
        if CRC32C.checksum(bytes) != stored {
            throw PrometheusDataError(file: file, offset: offset, reason: "\(what): the checksum does not match")
        }
    }
}
