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
    private var buffer: [UInt8] = []
    private var position = 0

    package init(port: UInt16) { self.port = port }

    deinit { disconnect() }

    package func get(_ path: String) throws -> Reply {
        try send("GET \(path) HTTP/1.1\r\nHost: bench\r\n\r\n", body: [])
    }

    package func post(_ path: String, headers: String, body: [UInt8]) throws -> Reply {
        try send("POST \(path) HTTP/1.1\r\nHost: bench\r\n\(headers)Content-Length: \(body.count)\r\n\r\n", body: body)
    }

    package func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        buffer = []
        position = 0
    }

    private func send(_ head: String, body: [UInt8]) throws -> Reply {
        let isFresh = descriptor < 0
        do {
            if isFresh { try connect() }
            try write(Array(head.utf8))
            try write(body)
            return try readReply()
        } catch {
            disconnect()
            // The server may have closed an idle connection; a fresh one decides.
            if isFresh { throw error }
            return try send(head, body: body)
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

    private func readReply() throws -> Reply {
        let statusLine = try readLine()
        let status = Int(statusLine.split(separator: " ").dropFirst().first ?? "") ?? 0
        var length: Int?
        var isChunked = false
        while true {
            let line = try readLine().lowercased()
            if line.isEmpty { break }
            if line.hasPrefix("content-length:") {
                length = Int(line.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces))
            }
            if line.hasPrefix("transfer-encoding:"), line.contains("chunked") { isChunked = true }
        }
        if status == 204 { return Reply(status: status, body: []) }
        var body: [UInt8] = []
        if isChunked {
            while true {
                let size = Int(try readLine().split(separator: ";").first ?? "", radix: 16) ?? 0
                try readBytes(size, into: &body)
                _ = try readLine()
                if size == 0 { break }
            }
        } else {
            try readBytes(length ?? 0, into: &body)
        }
        return Reply(status: status, body: body)
    }

    private func readLine() throws -> String {
        var line: [UInt8] = []
        while true {
            while position < buffer.count {
                let byte = buffer[position]
                position += 1
                if byte == 10 {
                    if line.last == 13 { line.removeLast() }
                    return String(decoding: line, as: UTF8.self)
                }
                line.append(byte)
            }
            try fill()
        }
    }

    private func readBytes(_ count: Int, into body: inout [UInt8]) throws {
        var rest = count
        while rest > 0 {
            if position == buffer.count { try fill() }
            let taken = min(rest, buffer.count - position)
            body.append(contentsOf: buffer[position..<position + taken])
            position += taken
            rest -= taken
        }
    }

    private func fill() throws {
        if buffer.count != 1 << 18 { buffer = [UInt8](repeating: 0, count: 1 << 18) }
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count <= 0 { throw Failure(description: "connection to port \(port) closed or timed out") }
        buffer = Array(chunk[..<count])
        position = 0
    }
}
