import Model
import Platform

/// Which samples of a block are deleted: the file `deletions`, a line per series and range, the CRC32C of all lines
/// before it in the last one (docs/format/block.md). Missing when nothing is deleted.
///
/// It also repeats what the block replaces, so that deleted samples do not come back from the journal when the
/// description is damaged.
struct BlockDeletions: Equatable, Sendable {
    static let fileName = "deletions"
    private static let title = "apus block deletions, format 1\n"

    /// Per series number the deleted times.
    private(set) var ranges: [UInt32: [ClosedRange<Int64>]] = [:]

    let replaced: [BlockMeta.Replaced]

    var isEmpty: Bool { ranges.isEmpty }
    /// Ranges of all series.
    var count: Int { ranges.values.reduce(0) { $0 + $1.count } }

    /// Nothing is deleted.
    init(replaced: [BlockMeta.Replaced]) { self.replaced = replaced }

    subscript(series: UInt32) -> [ClosedRange<Int64>] { ranges.isEmpty ? [] : ranges[series] ?? [] }

    mutating func add(_ range: ClosedRange<Int64>, of series: UInt32) {
        if ranges[series]?.contains(where: { $0.contains(range.lowerBound) && $0.contains(range.upperBound) }) == true {
            return
        }
        ranges[series, default: []].append(range)
    }

    func encode() -> ByteBuffer {
        let buffer = ByteBuffer()
        buffer.append(Self.title)
        for claim in replaced { buffer.append("\(claim.line)\n") }
        for (series, ranges) in ranges.sorted(by: { $0.key < $1.key }) {
            for range in ranges { buffer.append("\(series) \(range.lowerBound) \(range.upperBound)\n") }
        }
        buffer.append("crc32c \(CRC32C.checksum(buffer.bytes))\n")
        return buffer
    }

    init(_ bytes: [UInt8], file: String) throws(BlockError) {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(separator: "\n")
        guard text.hasPrefix(Self.title), let last = lines.last, text.hasSuffix("\n") else {
            throw BlockError(file: file, offset: 0, reason: "not a list of deletions")
        }
        let body = bytes.count - last.utf8.count - 1
        let checksum = bytes.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[..<body])) }
        guard last == "crc32c \(checksum)" else {
            throw BlockError(file: file, offset: 0, reason: "the checksum is wrong")
        }
        var replaced: [BlockMeta.Replaced] = []
        for line in lines.dropFirst().dropLast() {
            let words = line.split(separator: " ")
            if let claim = BlockMeta.Replaced(words) {
                replaced.append(claim)
                continue
            }
            guard words.count == 3, let series = UInt32(words[0]), let first = Int64(words[1]),
                let last = Int64(words[2]), first <= last
            else { throw BlockError(file: file, offset: 0, reason: "malformed line: \(line)") }
            ranges[series, default: []].append(first...last)
        }
        self.replaced = replaced
    }
}

extension [ClosedRange<Int64>] {
    /// Makes the cells at deleted times absent. Times ascend, a cell each.
    func apply(to cells: UnsafeMutablePointer<Double>, times: ArraySlice<Int64>) {
        let start = times.startIndex
        for range in self {
            let first = lowerBound(times.count) { times[start + $0] < range.lowerBound }
            let end = lowerBound(times.count) { times[start + $0] <= range.upperBound }
            if first < end { (cells + first).update(repeating: .absent, count: end - first) }
        }
    }
}
