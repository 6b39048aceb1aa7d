import HTTP
import Platform

/// All that a command may touch, passed in so that tests can run commands without a process.
struct Shell: Sendable {
    var output: @Sendable (String) -> Void
    /// Bytes to the output; false when it takes no more.
    var write: @Sendable (UnsafeRawBufferPointer) -> Bool
    var error: @Sendable (String) -> Void
    /// The next bytes of the standard input, and how many; 0 at its end, nil when it cannot be read.
    var read: @Sendable (UnsafeMutableRawBufferPointer) -> Int?
    /// The output goes to a person: colours are welcome.
    var isTerminal: Bool
    /// A person looks at the error stream: how far a long command is may be drawn there.
    var showsProgress: Bool
    var size: (columns: Int, rows: Int)
    var variable: @Sendable (String) -> String?
    var clock: any TimeSource
    var files: any FileSystem
    var send: @Sendable (OutgoingRequest) throws(HTTPClientError) -> IncomingReply

    /// The locale says UTF-8, so box drawing and braille can be shown.
    var showsUnicode: Bool {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap(variable)
        let charset = names.first { !$0.isEmpty }?.uppercased() ?? ""
        return charset.contains("UTF-8") || charset.contains("UTF8")
    }

    /// https://no-color.org
    var showsColours: Bool { isTerminal && (variable("NO_COLOR") ?? "").isEmpty }
}
