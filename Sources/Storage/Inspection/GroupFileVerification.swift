import Chunks
import Model
import Platform

/// Reads everything in a file of row groups.
struct GroupFileVerification {
    private(set) var findings: [StoreFinding] = []
    /// Where the groups are that can be read.
    private(set) var sound: [Int] = []
    private(set) var samples = 0

    private let path: String

    init(_ bytes: UnsafeRawBufferPointer, path: String) {
        self.path = path
        if GroupFormat.fileHeader(bytes) != .sound { note(0, "the head is damaged") }
        scan(bytes)
    }

    private mutating func note(_ offset: Int, _ reason: String) {
        findings.append(StoreFinding(file: path, offset: offset, reason: reason))
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer) {
        let scan = GroupFileScan(bytes)
        for damage in scan.damages { note(damage.offset, "\(damage.length) bytes are no whole row group") }
        if scan.end < bytes.count {
            note(
                scan.end,
                "\(bytes.count - scan.end) bytes at the end are no whole row group: damaged, or torn by a crash")
        }
        var end = GroupFormat.fileHeaderLength
        for offset in scan.offsets {
            // No group has these bytes, but somebody has changed them.
            if bytes[end..<min(GroupFormat.aligned(end), offset)].contains(where: { $0 != 0 }) {
                note(end, "the bytes between two row groups are not zero")
            }
            end = offset + (GroupReader(bytes, at: offset)?.length ?? 0)
            do throws(ChunkError) {
                samples += try Self.read(bytes, at: offset)
                sound.append(offset)
            } catch {
                note(offset, "a row group cannot be decoded: \(error)")
            }
        }
    }

    /// Decodes a group and returns the number of its samples.
    private static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ChunkError) -> Int {
        guard let group = GroupReader(bytes, at: offset) else { throw .malformed }
        var times = [Int64](repeating: 0, count: group.rows)
        try times.withContiguousMutable { (times) throws(ChunkError) in try group.readTimes(into: times) }
        guard zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else { throw .malformed }
        var cells = [Double](repeating: 0, count: group.rows)
        var found = 0
        try cells.withContiguousMutable { (cells) throws(ChunkError) in
            for column in 0..<group.columns {
                cells.update(repeating: .absent, count: group.rows)
                try group.readColumn(column, into: cells)
                for row in 0..<group.rows where !cells[row].isAbsent { found += 1 }
            }
        }
        return found
    }
}
