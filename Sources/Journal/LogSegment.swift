import Platform

/// One file of a log.
package struct LogSegment: Sendable, Equatable {
    package var number: Int
    /// Bytes, header included.
    package var size: Int

    package init(number: Int, size: Int) {
        self.number = number
        self.size = size
    }

    /// In the log's directory.
    package var fileName: String { SegmentFormat.fileName(number) }

    func path(in directory: String) -> String { SegmentFormat.path(directory, number) }

    /// The segments of a directory by number; none when it is missing. Other files are left alone.
    static func list(_ files: any FileSystem, _ directory: String) throws(FileError) -> [LogSegment] {
        guard try files.status(directory) != nil else { return [] }
        var segments: [LogSegment] = []
        for name in try files.list(directory) {
            guard let number = SegmentFormat.number(ofFile: name) else { continue }
            if let status = try files.status("\(directory)/\(name)"), !status.isDirectory {
                segments.append(LogSegment(number: number, size: Int(status.size)))
            }
        }
        return segments.sorted { $0.number < $1.number }
    }
}
