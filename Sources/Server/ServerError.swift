/// Why the server could not start or a configuration could not be taken: what, where, and what to do.
struct ServerError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
