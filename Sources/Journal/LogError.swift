import Platform

/// Why a log cannot be read or written.
package enum LogError: Error, Sendable, Equatable, CustomStringConvertible {
    case file(FileError)
    /// An earlier failure left it unknown what is on disk (a failed fsync, or a failed cut after a failed write);
    /// nothing more is written until the server has been restarted.
    case broken(FileError)
    /// Written by a newer program; left untouched.
    case newerVersion(path: String, version: Int, supported: Int)
    case frameTooLarge(size: Int, limit: Int)

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .broken(let error):
            "the log takes no more writes after a failure that may have lost data (\(error)); check the disk and restart"
        case .newerVersion(let path, let version, let supported):
            "\(path): format version \(version) is newer than this program's \(supported); use a newer program"
        case .frameTooLarge(let size, let limit): "a log frame of \(size) bytes exceeds the limit of \(limit)"
        }
    }

    /// True when the volume is full: the log goes on by itself when there is room again.
    package var isNoSpace: Bool {
        if case .file(let error) = self { return error.reason == .noSpace }
        return false
    }
}
