import Model

/// A block cannot be read: which file, where, why.
struct BlockError: Error, Equatable, CustomStringConvertible {
    var file: String
    var offset: Int
    var reason: String

    var description: String { "\(file): offset \(offset): \(reason)" }
}

extension SelectError {
    init(_ error: BlockError) { self = .storage(error.description) }
}
