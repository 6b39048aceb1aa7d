/// What is wrong with Prometheus's data: the file, the place in it and the reason.
package struct PrometheusDataError: Error, Sendable, Equatable, CustomStringConvertible {
    package var file: String
    /// First byte of what cannot be read; nil when the whole file is meant.
    package var offset: Int?
    package var reason: String

    package init(file: String, offset: Int? = nil, reason: String) {
        self.file = file
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "\(file)\(offset.map { ": offset \($0)" } ?? ""): \(reason)" }
}
