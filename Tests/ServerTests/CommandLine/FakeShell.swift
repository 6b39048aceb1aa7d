import HTTP
import Platform
import Synchronization
import TestSupport

@testable import CommandLineTool

/// A shell that keeps what is written and answers requests from a script.
final class FakeShell: Sendable {
    private let written = Mutex("")
    private let complained = Mutex("")
    private let unread = Mutex<ArraySlice<UInt8>?>(nil)
    private let sent = Mutex<[OutgoingRequest]>([])

    var output: String { written.withLock { $0 } }
    var errors: String { complained.withLock { $0 } }
    var requests: [OutgoingRequest] { sent.withLock { $0 } }

    /// 2026-11-20T05:00:00Z
    static let now: Int64 = 1_795_150_800_000

    func shell(
        answer: String = "{}", status: Int = 200, failure: String? = nil, variables: [String: String] = [:],
        columns: Int = 80, isTerminal: Bool = false, input: String = ""
    ) -> Shell {
        Shell(
            output: { text in self.written.withLock { $0 += text } },
            write: { bytes in
                self.written.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
                return true
            },
            error: { text in self.complained.withLock { $0 += text } },
            read: { buffer in
                self.unread.withLock { left in
                    let rest = left ?? Array(input.utf8)[...]
                    let count = min(rest.count, buffer.count)
                    buffer.copyBytes(from: rest.prefix(count))
                    left = rest.dropFirst(count)
                    return count
                }
            },
            isTerminal: isTerminal, showsProgress: isTerminal, size: (columns, 24), variable: { variables[$0] },
            clock: ManualTime(wallMilliseconds: Self.now),
            files: SystemFileSystem(),
            send: { request throws(HTTPClientError) in
                self.sent.withLock { $0.append(request) }
                if let failure { throw HTTPClientError(failure) }
                return IncomingReply(status: status, contentType: "application/json", body: Array(answer.utf8))
            })
    }
}
