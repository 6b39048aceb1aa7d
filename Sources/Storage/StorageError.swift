/// Why the store could not be opened or closed: what, where, and what to do.
package struct StorageError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
