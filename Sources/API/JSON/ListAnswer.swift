import HTTP
import Platform
import QueryEngine

/// A list of labels as JSON, written piece by piece: there may be millions.
final class ListAnswer<Element: Sendable>: ResponseStream {
    private let result: LabelResult<Element>
    private let count: Int
    private let write: (Element, ByteBuffer) -> Void
    private var next = 0
    private var hasBegun = false

    /// - Parameters:
    ///   - result: with one element more than the limit when there are more.
    ///   - write: writes one of them.
    init(_ result: LabelResult<Element>, limit: Int?, _ write: @escaping (Element, ByteBuffer) -> Void) {
        self.result = result
        self.write = write
        count = min(result.list.count, limit ?? .max)
    }

    var response: Response { Response(contentType: Answer.contentType, body: .stream(self)) }

    func writePiece(to buffer: ByteBuffer) -> Bool {
        let end = buffer.count + responsePieceBytes
        if !hasBegun {
            Answer.begin(buffer)
            buffer.append("[")
            hasBegun = true
        }
        while next < count, buffer.count < end {
            if next > 0 { buffer.append(",") }
            write(result.list[next], buffer)
            next += 1
        }
        if next < count { return true }
        buffer.append("]")
        Answer.end(buffer, warnings: count < result.list.count ? [Answer.truncation] : [])
        return false
    }
}
