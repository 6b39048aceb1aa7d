import Journal
import Platform

/// What the file `meta` of a block says: a line a fact, the CRC32C of all lines before it in the last one
/// (docs/format/block.md).
struct BlockMeta: Equatable, Sendable {
    static let version = 1
    private static let title = "apus block, format "

    /// Sealed groups that the block stands for: they are removed when the block is there, unless their file has grown,
    /// and the journal's rows and late samples of their window before `position` are passed over.
    struct Replaced: Equatable, Sendable {
        /// Name under `head/`.
        var directory: String
        /// Start of the window in milliseconds.
        var window: Int64
        /// Of the file of groups.
        var size: Int
        var position: LogPosition

        /// As it stands in files.
        var line: String { "replaces \(directory) \(window) \(size) \(position.segment) \(position.offset)" }
    }

    var name: BlockName
    /// Milliseconds; all samples lie in `start..<end`, a whole number of windows.
    var start: Int64
    var end: Int64
    /// Times of the first and of the last sample.
    var firstTime: Int64
    var lastTime: Int64
    var series = 0
    var timelines = 0
    var samples = 0
    /// 1 for a flushed window, one more than its highest source for a compacted block.
    var level = 1
    /// Bytes of the two other files.
    var dataSize = 0
    var indexSize = 0
    /// Rows of its longest timeline.
    var rows = 0
    /// The flushed blocks that went into it, oldest first, itself for one of level 1.
    var sources: [BlockName] = []
    /// The blocks it was made of and stands for.
    var parents: [BlockName] = []
    var replaced: [Replaced] = []

    var text: String {
        var lines = ["\(Self.title)\(Self.version)", "name \(name)", "window \(start) \(end)"]
        lines.append("times \(firstTime) \(lastTime)")
        lines += ["series \(series)", "timelines \(timelines)", "samples \(samples)", "level \(level)"]
        lines += ["data \(dataSize)", "index \(indexSize)", "rows \(rows)"]
        lines += sources.map { "source \($0)" }
        lines += parents.map { "parent \($0)" }
        lines += replaced.map(\.line)
        let body = lines.joined(separator: "\n") + "\n"
        return body + "crc32c \(Self.checksum(body))\n"
    }

    /// Reads the text of a file.
    init(_ bytes: [UInt8], file: String) throws(BlockError) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let last = text.range(ofLast: "crc32c ") else {
            throw BlockError(file: file, offset: 0, reason: "not the description of a block")
        }
        let body = String(text[..<last])
        guard text[last...] == "crc32c \(Self.checksum(body))\n" else {
            throw BlockError(file: file, offset: 0, reason: "the checksum is wrong")
        }
        var fields: [Substring: [Int64]] = [:]
        var found: (name: BlockName?, sources: [BlockName], parents: [BlockName], replaced: [Replaced])
        found = (nil, [], [], [])
        for line in body.split(separator: "\n").dropFirst() {
            let words = line.split(separator: " ")
            guard let key = words.first else { continue }
            let numbers = words.dropFirst().compactMap { Int64($0) }
            switch key {
            case "name": found.name = words.last.flatMap { BlockName($0) }
            case "source": found.sources += words.dropFirst().compactMap { BlockName($0) }
            case "parent": found.parents += words.dropFirst().compactMap { BlockName($0) }
            case "replaces":
                if let claim = Replaced(words) { found.replaced.append(claim) }
            default: fields[key] = numbers
            }
        }
        guard body.hasPrefix("\(Self.title)\(Self.version)\n") else {
            throw BlockError(file: file, offset: 0, reason: "a format this program does not know; use a newer program")
        }
        guard let name = found.name, let window = fields["window"], window.count == 2, let times = fields["times"],
            times.count == 2
        else { throw BlockError(file: file, offset: 0, reason: "facts are missing") }
        func number(_ key: Substring) -> Int { Int(fields[key]?.first ?? 0) }
        self.init(
            name: name, start: window[0], end: window[1], firstTime: times[0], lastTime: times[1],
            series: number("series"), timelines: number("timelines"), samples: number("samples"),
            level: number("level"), dataSize: number("data"), indexSize: number("index"), rows: number("rows"),
            sources: found.sources, parents: found.parents, replaced: found.replaced)
    }

    init(
        name: BlockName, start: Int64, end: Int64, firstTime: Int64, lastTime: Int64, series: Int = 0,
        timelines: Int = 0, samples: Int = 0, level: Int = 1, dataSize: Int = 0, indexSize: Int = 0,
        rows: Int = 0, sources: [BlockName] = [], parents: [BlockName] = [], replaced: [Replaced] = []
    ) {
        self.name = name
        self.start = start
        self.end = end
        self.firstTime = firstTime
        self.lastTime = lastTime
        self.series = series
        self.timelines = timelines
        self.samples = samples
        self.level = level
        self.dataSize = dataSize
        self.indexSize = indexSize
        self.rows = rows
        self.sources = sources
        self.parents = parents
        self.replaced = replaced
    }

    private static func checksum(_ body: String) -> String {
        var body = body
        let sum = body.withUTF8 { CRC32C.checksum(UnsafeRawBufferPointer($0)) }
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension BlockMeta.Replaced {
    /// The words of a line; nil when it is malformed.
    init?(_ words: [Substring]) {
        let place = words.dropFirst(2).compactMap { Int($0) }
        guard words.count == 6, words[0] == "replaces", place.count == 4 else { return nil }
        self.init(
            directory: String(words[1]), window: Int64(place[0]), size: place[1],
            position: LogPosition(segment: place[2], offset: place[3]))
    }
}

extension String {
    /// Where the last line that begins with a text starts.
    fileprivate func range(ofLast prefix: String) -> String.Index? {
        var line = startIndex
        var found: String.Index?
        while line < endIndex {
            if self[line...].hasPrefix(prefix) { found = line }
            guard let end = self[line...].firstIndex(of: "\n") else { break }
            line = index(after: end)
        }
        return found
    }
}
