import Foundation
import Glibc

/// One keep-alive HTTP/1.1 connection to a server on this machine, blocking. Not thread safe.
package final class Connection {
    package struct Reply {
        package var status: Int
        package var body: [UInt8]
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) { self.description = description }
    }

    private let port: UInt16
    private var descriptor: Int32 = -1
    /// What was received; `position..<end` is not read yet. As large as the system's buffers get, and used again and
    /// again: what this side does counts as the server's time.
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    private var position = 0
    private var end = 0

    package init(port: UInt16) { self.port = port }

    deinit {
        disconnect()
        buffer.deallocate()
    }

    package func get(_ path: String) throws -> Reply {
        try exchange(Self.head("GET", path), body: [])
    }

    package func post(_ path: String, headers: String, body: [UInt8]) throws -> Reply {
        try exchange(Self.head("POST", path, "\(headers)Content-Length: \(body.count)\r\n"), body: body)
    }

    /// Asks and reads the answer to its end, but keeps nothing of it: the status and the bytes of the body.
    package func skim(_ path: String) throws -> (status: Int, bytes: Int) {
        var bytes = 0
        let status = try send(Self.head("GET", path), body: []) { bytes += $0.count }
        return (status, bytes)
    }

    package func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        position = 0
        end = 0
    }

    private static func head(_ method: String, _ path: String, _ headers: String = "") -> [UInt8] {
        Array("\(method) \(path) HTTP/1.1\r\nHost: bench\r\n\(headers)\r\n".utf8)
    }

    private func exchange(_ head: [UInt8], body: [UInt8]) throws -> Reply {
        var received: [UInt8] = []
        let status = try send(head, body: body) { received.append(contentsOf: $0) }
        return Reply(status: status, body: received)
    }

    /// Returns the status; the body goes to `take` in pieces.
    private func send(_ head: [UInt8], body: [UInt8], _ take: (UnsafeRawBufferPointer) -> Void) throws -> Int {
        let isFresh = descriptor < 0
        do {
            if isFresh { try connect() }
            try write(head)
            try write(body)
            // The server may have closed an idle connection; a fresh one decides.
            if end == position { try fill() }
        } catch {
            disconnect()
            if isFresh { throw error }
            return try send(head, body: body, take)
        }
        do { return try readReply(take) } catch {
            disconnect()
            throw error
        }
    }

    private func connect() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        var timeout = timeval(tv_sec: 180, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 {
            throw Failure(description: "cannot connect to port \(port): \(String(cString: strerror(errno)))")
        }
    }

    private func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { throw Failure(description: "connection to port \(port) broke while sending") }
            sent += count
        }
    }

    private func readReply(_ take: (UnsafeRawBufferPointer) -> Void) throws -> Int {
        let statusLine = try readLine()
        let status = Int(statusLine.split(separator: " ").dropFirst().first ?? "") ?? 0
        var length = 0
        var isChunked = false
        while true {
            let line = try readLine().lowercased()
            if line.isEmpty { break }
            if line.hasPrefix("content-length:") {
                length = Int(line.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) ?? 0
            }
            if line.hasPrefix("transfer-encoding:"), line.contains("chunked") { isChunked = true }
        }
        if status == 204 { return status }
        if !isChunked {
            try readBytes(length, take)
            return status
        }
        while true {
            let size = Int(try readLine().split(separator: ";").first ?? "", radix: 16) ?? 0
            try readBytes(size, take)
            _ = try readLine()
            if size == 0 { return status }
        }
    }

    private func readLine() throws -> String {
        var searched = position
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[searched..<end])
            if let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[position..<searched + newline]
                position = searched + newline + 1
                return String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
            }
            let length = end - position
            try fill()
            searched = position + length
        }
    }

    private func readBytes(_ count: Int, _ take: (UnsafeRawBufferPointer) -> Void) throws {
        var rest = count
        while rest > 0 {
            if position == end { try fill() }
            let taken = min(rest, end - position)
            take(UnsafeRawBufferPointer(rebasing: buffer[position..<position + taken]))
            position += taken
            rest -= taken
        }
    }

    /// Receives more behind what is not read yet, which moves to the front.
    private func fill() throws {
        if position > 0 {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[position..<end])
            buffer.copyMemory(from: rest)
            end -= position
            position = 0
        }
        let count = recv(descriptor, buffer.baseAddress.map { $0 + end }, buffer.count - end, 0)
        if count <= 0 { throw Failure(description: "connection to port \(port) closed or timed out") }
        end += count
    }
}
