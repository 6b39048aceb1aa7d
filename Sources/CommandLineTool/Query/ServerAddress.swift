/// How people name a server.
enum ServerAddress {
    /// Scheme, host, port and perhaps a path, without a slash at the end; the default for an empty text.
    static func base(_ text: String) -> String {
        if text.isEmpty { return "http://127.0.0.1:9090" }
        var base = text.contains("://") ? text : "http://" + text
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }
}
