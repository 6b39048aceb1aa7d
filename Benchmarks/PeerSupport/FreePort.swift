import Glibc

/// A TCP port of the loopback interface that nobody listens on now.
package func freePort() -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return UInt16(bigEndian: bindLoopback(descriptor)?.sin_port ?? 0)
}

/// Gives a socket a free port of the loopback interface; nil when there is none.
package func bindLoopback(_ descriptor: Int32) -> sockaddr_in? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    return isBound ? address : nil
}
