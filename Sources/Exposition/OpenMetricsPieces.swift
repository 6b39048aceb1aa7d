import Platform

/// A text in a file, read in pieces of whole lines, so that its length does not matter. Not thread safe.
package struct OpenMetricsPieces {
    private static let usualSize = 4 << 20

    private let file: any File
    private let end: Int64
    private let pieceSize: Int
    private var offset: Int64 = 0
    private var isFirst = true
    /// Of the piece before.
    private var reader: OpenMetricsReader?

    /// - Parameter pieceSize: bytes; a longer line is a piece of its own.
    package init(_ file: any File, pieceSize: Int? = nil) throws(FileError) {
        self.file = file
        self.pieceSize = max(pieceSize ?? Self.usualSize, 1)
        end = try file.size()
    }

    /// The part that has been handed out, 0 to 1.
    package var fraction: Double { end > 0 ? Double(offset) / Double(end) : 1 }

    /// A reader of the next piece, when the one before was read to its end; nil behind the last one.
    package mutating func next() throws(FileError) -> OpenMetricsReader? {
        if offset >= end && !isFirst { return nil }
        isFirst = false
        var size = Int(min(Int64(pieceSize), end - offset))
        while true {
            let page = ByteBuffer(capacity: size + 1)
            page.commit(try file.read(into: .init(start: page.reserve(size), count: size), at: offset))
            let isLast = offset + Int64(size) >= end
            let lines = page.bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
            if !isLast {
                guard let lines else {
                    size = Int(min(Int64(size) * 2, end - offset))
                    continue
                }
                page.truncate(to: lines)
            }
            offset = isLast ? end : offset + Int64(page.count)
            reader = OpenMetricsReader(page, after: reader, isLast: isLast)
            return reader
        }
    }
}
