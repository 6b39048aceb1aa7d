import Glibc

extension FileError {
    /// The failure of the system call that has just returned: read it before any other call.
    static func last(_ operation: String, _ path: String) -> FileError {
        FileError(operation, path, code: errno)
    }

    init(_ operation: String, _ path: String, code: Int32) {
        self.init(operation: operation, path: path, reason: Reason(code: code), detail: systemText(code))
    }
}

extension FileError.Reason {
    init(code: Int32) {
        switch code {
        case ENOENT: self = .notFound
        case EEXIST: self = .alreadyExists
        case ENOSPC, EDQUOT: self = .noSpace
        case EACCES, EPERM, EROFS: self = .permissionDenied
        case EIO: self = .device
        case EMFILE, ENFILE: self = .tooManyOpenFiles
        case EXDEV, EMLINK, ENOTSUP: self = .otherVolume
        default: self = .other(code: code)
        }
    }
}

/// The system's text for an error number. Thread safe in glibc since 2.32.
func systemText(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
}
