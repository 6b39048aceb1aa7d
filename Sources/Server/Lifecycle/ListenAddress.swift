/// Addresses as `host:port`.
package enum ListenAddress {
    /// Where a client on this machine reaches a listener: `:9090` and `0.0.0.0:9090` are `127.0.0.1:9090`.
    package static func reachable(_ address: String) -> String {
        guard let colon = address.lastIndex(of: ":") else { return address }
        let host = address[..<colon]
        return ["", "0.0.0.0", "[::]"].contains(host) ? "127.0.0.1" + address[colon...] : address
    }
}
