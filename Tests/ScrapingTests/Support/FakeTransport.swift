import HTTP
import Platform
import Scraping
import Synchronization

/// Targets that answer from a table, as soon as they are polled.
final class FakeTransport: ScrapeTransport {
    enum Answer: Sendable {
        case page(String, status: Int = 200, contentType: String = "text/plain; version=0.0.4; charset=utf-8")
        case failure(String)
        /// A page beyond the limit of the request.
        case tooLong
        /// No answer until there is another one in the table.
        case silence
    }

    struct State {
        var answers: [String: Answer] = [:]
        var waiting: [(id: UInt64, request: OutgoingRequest)] = []
        var requests: [OutgoingRequest] = []
        /// How long the last poll would have waited, in milliseconds.
        var lastWait: Int32 = 0
        var connections = 0
        var wakes = 0
    }

    let state = Mutex(State())

    func keepConnections(_ count: Int) { state.withLock { $0.connections = count } }

    func start(_ request: OutgoingRequest, id: UInt64) {
        state.withLock {
            $0.waiting.append((id, request))
            $0.requests.append(request)
        }
    }

    func poll(milliseconds: Int32, deliver: (UInt64, Result<FetchedPage, HTTPClientError>) -> Void) {
        let ready = state.withLock { state in
            let ready = state.waiting.map { ($0.id, state.answers[$0.request.url] ?? .failure("no such target")) }
                .filter { if case .silence = $0.1 { false } else { true } }
            // With an answer there, nobody waits.
            state.lastWait = ready.isEmpty ? milliseconds : 0
            state.waiting.removeAll { waiting in ready.contains { $0.0 == waiting.id } }
            return ready
        }
        for (id, answer) in ready {
            switch answer {
            case .page(let text, let status, let contentType):
                let body = ByteBuffer()
                body.append(text)
                deliver(id, .success(FetchedPage(status: status, contentType: contentType, body: body)))
            case .tooLong: deliver(id, .failure(HTTPClientError("body size limit exceeded", isOverLimit: true)))
            case .failure(let text): deliver(id, .failure(HTTPClientError(text)))
            case .silence: break
            }
        }
    }

    func wake() { state.withLock { $0.wakes += 1 } }
}
