/// A failed file operation: what was tried, on which path, and the system's reason.
package struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case notFound
        case alreadyExists
        case noSpace
        case permissionDenied
        /// Another process holds the lock; its text.
        case locked(owner: String)
        /// The device failed (EIO).
        case device
        case tooManyOpenFiles
        /// The paths are on different volumes, or the volume has no such links.
        case otherVolume
        case other(code: Int32)
    }

    /// The operation in words: `open`, `append`, `sync`, ...
    package var operation: String
    package var path: String
    package var reason: Reason
    /// The system's text for the reason.
    package var detail: String

    package init(operation: String, path: String, reason: Reason, detail: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
        self.detail = detail
    }

    package var description: String { "\(operation) \(path): \(detail)" }
}
