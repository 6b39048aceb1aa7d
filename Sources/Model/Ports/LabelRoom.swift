/// Asks for the room that the results of a label request take, portion by portion, while they are found.
package struct LabelRoom {
    /// Bytes asked for at once.
    private static let portion = 1 << 16
    /// What a label set and a text take beside their bytes: the object, places in lists and in a set of what is known.
    private static let labelsBytes = 96
    private static let textBytes = 48

    private let takesBytes: (@Sendable (Int) -> Bool)?
    private var free = 0
    /// From the first refusal on nothing more is to be found.
    package private(set) var isRefused = false

    package init(_ request: LabelRequest) { takesBytes = request.takesBytes }

    /// False when there is no room; then nothing more is granted either.
    package mutating func take(_ labels: Labels) -> Bool { take(bytes: labels.encoded.count + Self.labelsBytes) }

    /// The same for a text of so many bytes.
    package mutating func takeText(_ count: Int) -> Bool { take(bytes: count + Self.textBytes) }

    private mutating func take(bytes: Int) -> Bool {
        guard let takesBytes else { return true }
        if isRefused { return false }
        if bytes > free {
            let more = max(bytes, Self.portion)
            isRefused = !takesBytes(more)
            if isRefused { return false }
            free += more
        }
        free -= bytes
        return true
    }

    /// Fails when something was refused.
    package func check() throws(SelectError) {
        if isRefused { throw .noRoom }
    }
}
