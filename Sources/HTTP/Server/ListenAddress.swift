import CMicrohttpd

/// Binding one address.
enum ListenAddress {
    /// A socket that listens, and the address it got.
    struct Bound {
        var socket: Int32
        /// `127.0.0.1:9090`
        var text: String
    }

    /// `text` is `host:port`, `:port` or `[host]:port`.
    static func bind(_ text: String) throws(HTTPServerError) -> Bound {
        guard let (host, port) = parse(text) else {
            throw HTTPServerError(
                "\(text) is no address to listen on: write host:port (--web.listen-address=127.0.0.1:9090)")
        }
        var bound = [CChar](repeating: 0, count: 128)
        var reason = [CChar](repeating: 0, count: 256)
        var code: Int32 = 0
        let socket = cmhd_listen(host, String(port), &bound, bound.count, &code, &reason, reason.count)
        if socket >= 0 { return Bound(socket: socket, text: string(bound)) }
        var explanation = "cannot listen on \(text): \(string(reason))"
        if code == cmhd_address_in_use {
            var owner = [CChar](repeating: 0, count: 128)
            if cmhd_port_owner(UInt32(port), &owner, owner.count) { explanation += " by \(string(owner))" }
        }
        throw HTTPServerError(explanation + "; choose another address with --web.listen-address=HOST:PORT")
    }

    static func parse(_ text: String) -> (host: String, port: UInt16)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return (String(host), port)
    }

    private static func string(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
