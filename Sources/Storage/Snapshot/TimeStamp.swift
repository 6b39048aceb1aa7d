import Model

/// Times in the names of directories.
enum TimeStamp {
    /// `20261120T082205Z`
    static func compact(_ milliseconds: Int64) -> String {
        TimeText.rfc3339(milliseconds).prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" } + "Z"
    }
}
