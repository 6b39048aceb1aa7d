import Foundation
import Synchronization

/// A tiny HTTP/1.1 server on a loopback port of its own: one thread per connection, keep-alive, whatever
/// bytes the test wants as the answer.
final class SocketServer: Sendable {
    struct Request: Sendable {
        var head: String
        var body: [UInt8]

        /// The first line without the version: `GET /metrics`.
        var line: String { head.split(separator: "\r\n").first.map { String($0.dropLast(9)) } ?? "" }

        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts[0].lowercased() == name.lowercased() {
                    return parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
            return nil
        }
    }

    let port: UInt16
    private let listener: Int32
    private let accepted = Atomic<Int>(0)
    private let open = Mutex<[Int32]>([])

    var connectionCount: Int { accepted.load(ordering: .relaxed) }
    var url: String { "http://127.0.0.1:\(port)" }

    /// `answer` returns the whole reply; nil leaves the request without one.
    init(answer: @escaping @Sendable (Request) -> [UInt8]?) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, raw, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        Foundation.Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { return }
                accepted.wrappingAdd(1, ordering: .relaxed)
                open.withLock { $0.append(connection) }
                Foundation.Thread.detachNewThread { self.serve(connection, answer) }
            }
        }
    }

    /// Ends everything; connections in use break.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        open.withLock { connections in
            for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func serve(_ connection: Int32, _ answer: @Sendable (Request) -> [UInt8]?) {
        defer {
            open.withLock { connections in connections.removeAll { $0 == connection } }
            close(connection)
        }
        var pending: [UInt8] = []
        while let request = Self.read(connection, &pending) {
            guard let reply = answer(request) else { continue }
            var sent = 0
            while sent < reply.count {
                let count = reply[sent...].withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return }
                sent += count
            }
        }
    }

    private static func read(_ connection: Int32, _ pending: inout [UInt8]) -> Request? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            if let end = pending.firstRange(of: Array("\r\n\r\n".utf8)) {
                var request = Request(
                    head: String(decoding: pending[..<end.lowerBound], as: UTF8.self), body: [])
                let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
                if pending.count >= end.upperBound + length {
                    request.body = Array(pending[end.upperBound..<end.upperBound + length])
                    pending.removeFirst(end.upperBound + length)
                    return request
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            if count <= 0 { return nil }
            pending += buffer[..<count]
        }
    }

    static func reply(
        _ body: String, status: String = "200 OK",
        headers: [String] = ["Content-Type: text/plain; version=0.0.4"]
    ) -> [UInt8] {
        reply([UInt8](body.utf8), status: status, headers: headers)
    }

    static func reply(_ body: [UInt8], status: String = "200 OK", headers: [String]) -> [UInt8] {
        let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers
        return [UInt8]((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}
