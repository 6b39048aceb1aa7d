import Synchronization

/// What a store has said in its log.
final class LogText: Sendable {
    private let written = Mutex("")

    func append(_ line: String) { written.withLock { $0 += line } }

    var text: String { written.withLock { $0 } }
    var lines: [Substring] { text.split(separator: "\n") }
}
