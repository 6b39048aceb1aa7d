import Model
import Platform

/// One logfmt line per event: `time=… level=info msg="…" key=value`. Thread safe.
package struct Logger: Sendable {
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case debug, info, warn, error

        package static func < (left: Level, right: Level) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    private let minimum: Level
    private let clock: any TimeSource
    private let write: @Sendable (String) -> Void

    /// `write` gets whole lines, newline included.
    package init(minimum: Level, clock: any TimeSource, write: @escaping @Sendable (String) -> Void) {
        self.minimum = minimum
        self.clock = clock
        self.write = write
    }

    package func debug(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.debug, message, fields)
    }

    package func info(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.info, message, fields)
    }

    package func warn(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.warn, message, fields)
    }

    package func error(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.error, message, fields)
    }

    private func log(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, String>) {
        if level < minimum { return }
        var line =
            "time=\(TimeText.rfc3339(clock.wallMilliseconds())) level=\(level.rawValue) msg=\(Self.value(message))"
        for (key, text) in fields { line += " \(key)=\(Self.value(text))" }
        write(line + "\n")
    }

    private static func value(_ text: String) -> String {
        let plain =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3d && $0 != 0x5c && $0 != 0x7f }
        return plain ? text : GoText.quoted(text)
    }
}
