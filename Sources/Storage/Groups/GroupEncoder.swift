import Chunks
import Model
import Platform

/// Encodes row groups and late samples into the bytes of a group file. Not thread safe.
final class GroupEncoder {
    let buffer = ByteBuffer(capacity: 1 << 16)
    private let data = ByteBuffer(capacity: 1 << 14)
    private var ends: [UInt32] = []
    private var times: [Int64] = []
    private var cells: [UInt64] = []
    private var values: [Double] = []

    /// Appends a frozen group.
    func append(_ group: RowGroup) {
        times.removeAll(keepingCapacity: true)
        for row in 0..<group.rows { times.append(group.time(ofRow: row)) }
        let columns = (0..<group.columns).map { (reference: group.layout[$0] & ~RowGroup.departed, column: $0) }
        data.removeAll()
        ends.removeAll(keepingCapacity: true)
        var references: [UInt32] = []
        references.reserveCapacity(columns.count)
        for (reference, column) in columns.sorted(by: { $0.reference < $1.reference }) {
            group.copyColumn(column, into: &cells)
            if appendColumn() {
                references.append(reference)
                ends.append(UInt32(data.count))
            }
        }
        finish(timeline: group.timeline, number: group.number, flags: 0, references)
    }

    /// Appends late samples of one series, sorted by time, as a group of their own.
    func appendLate(_ reference: UInt32, _ samples: ArraySlice<LateStore.Sample>) {
        times = samples.map(\.time)
        cells = samples.map(\.bits)
        data.removeAll()
        ends.removeAll(keepingCapacity: true)
        _ = appendColumn()
        ends.append(UInt32(data.count))
        finish(timeline: GroupFormat.noTimeline, number: 0, flags: GroupFormat.late, [reference])
    }

    private func finish(timeline: UInt32, number: UInt32, flags: UInt32, _ references: [UInt32]) {
        while buffer.count % 8 != 0 { buffer.append(UInt8(0)) }
        let start = buffer.count
        buffer.append(integer: GroupFormat.marker)
        buffer.append(integer: UInt32(0))
        buffer.append(integer: UInt32(0))
        for field in [timeline, number, flags, UInt32(times.count), UInt32(references.count)] {
            buffer.append(integer: field)
        }
        buffer.append(integer: times[0])
        buffer.append(integer: times[times.count - 1])
        buffer.append(integer: UInt32(0))
        buffer.append(integer: UInt32(data.count))
        for reference in references { buffer.append(integer: reference) }
        for end in ends { buffer.append(integer: end) }
        let timesAt = buffer.count
        times.withUnsafeBufferPointer { TimestampChunk.encode($0, into: buffer) }
        set(UInt32(buffer.count - timesAt), at: start + 48)
        buffer.append(data.bytes)
        set(UInt32(buffer.count - start - 12), at: start + 8)
        set(CRC32C.checksum(UnsafeRawBufferPointer(rebasing: buffer.bytes[(start + 8)...])), at: start + 4)
    }

    private func set(_ value: UInt32, at offset: Int) {
        buffer.base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Appends the column in `cells` to `data`; false when it has no cell.
    private func appendColumn() -> Bool {
        guard let first = cells.firstIndex(where: { $0 != Cell.absent }),
            let last = cells.lastIndex(where: { $0 != Cell.absent })
        else { return false }
        data.append(varint: UInt64(first))
        data.append(varint: UInt64(last - first + 1))
        values.removeAll(keepingCapacity: true)
        var gaps: [(start: Int, length: Int, isStale: Bool)] = []
        for row in first...last {
            let bits = cells[row]
            if bits != Cell.absent && bits != Cell.stale {
                values.append(Double(bitPattern: bits))
            } else if let gap = gaps.last, gap.start + gap.length == row, gap.isStale == (bits == Cell.stale) {
                gaps[gaps.count - 1].length += 1
            } else {
                gaps.append((row, 1, bits == Cell.stale))
            }
        }
        data.append(varint: UInt64(gaps.count))
        var position = first
        for gap in gaps {
            data.append(varint: UInt64(gap.start - position))
            data.append(varint: UInt64(gap.length * 2 + (gap.isStale ? 1 : 0)))
            position = gap.start + gap.length
        }
        if !values.isEmpty { values.withUnsafeBufferPointer { ValueChunk.encode($0, into: data) } }
        return true
    }
}
