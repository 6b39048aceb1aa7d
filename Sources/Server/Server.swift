/// The server: builds its parts, runs until a signal ends it.
package enum Server {
    /// Blocks until the server has ended; true when it ended well.
    package static func run(_ options: ServerOptions) -> Bool { false }
}
