import Foundation
import Glibc

/// What came back over a socket.
struct Reply {
    var status = 0
    var headers: [String: String] = [:]
    var body = Data()

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    func json() throws -> [String: Any] {
        try (JSONSerialization.jsonObject(with: body) as? [String: Any]) ?? [:]
    }
}

/// A bare TCP connection that speaks just enough HTTP to see what the server really sends.
final class SocketClient {
    struct Problem: Error, CustomStringConvertible { var description: String }

    private let descriptor: Int32
    private var pending = Data()

    /// `address` is `127.0.0.1:port`.
    init(_ address: String) throws {
        let port = UInt16(address.split(separator: ":").last ?? "") ?? 0
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        target.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        if result != 0 { throw Problem(description: "connect: \(String(cString: strerror(errno)))") }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: Data? = nil
    ) throws {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: test\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.count)\r\n" }
        try write(Data((text + "\r\n").utf8) + (body ?? Data()))
    }

    func write(_ data: Data) throws {
        var rest = data
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { throw Problem(description: "send: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads one response; a HEAD response has no body.
    func receive(isHead: Bool = false) throws -> Reply {
        var reply = Reply()
        let lines = try String(decoding: readUntil("\r\n\r\n"), as: UTF8.self).components(separatedBy: "\r\n")
        reply.status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        for line in lines.dropFirst() where line.contains(":") {
            let parts = line.split(separator: ":", maxSplits: 1)
            reply.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        if isHead || reply.status == 204 { return reply }
        if reply.headers["transfer-encoding"] == "chunked" {
            while true {
                let line = try String(decoding: readUntil("\r\n"), as: UTF8.self)
                let size = Int(line.trimmingCharacters(in: .whitespacesAndNewlines), radix: 16) ?? 0
                reply.body += try read(size)
                _ = try read(2)
                if size == 0 { break }
            }
        } else {
            reply.body = try read(Int(reply.headers["content-length"] ?? "") ?? 0)
        }
        return reply
    }

    /// Reads and throws away; false when the server closed the connection.
    func drain(_ count: Int) throws -> Bool {
        var left = count
        while left > 0 {
            if pending.isEmpty, !fill() { return false }
            let taken = min(left, pending.count)
            pending = Data(pending.dropFirst(taken))
            left -= taken
        }
        return true
    }

    private func readUntil(_ mark: String) throws -> Data {
        while true {
            if let range = pending.range(of: Data(mark.utf8)) {
                let result = pending[pending.startIndex..<range.upperBound]
                pending = Data(pending[range.upperBound...])
                return Data(result)
            }
            if !fill() { throw Problem(description: "connection closed after \(pending.count) bytes") }
        }
    }

    private func read(_ count: Int) throws -> Data {
        while pending.count < count {
            if !fill() { throw Problem(description: "connection closed, \(count - pending.count) bytes missing") }
        }
        let result = Data(pending.prefix(count))
        pending = Data(pending.dropFirst(count))
        return result
    }

    private func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &piece, piece.count, 0)
        if count <= 0 { return false }
        pending.append(contentsOf: piece[..<count])
        return true
    }
}
