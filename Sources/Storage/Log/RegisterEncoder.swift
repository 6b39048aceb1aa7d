import Model
import Platform

/// Makes register frames of what the register does not have yet. Not thread safe.
final class RegisterEncoder {
    let buffer = ByteBuffer()
    /// How many there are of each.
    private struct Counts: Equatable {
        var symbols = 0
        var series = 0
        var timelines = 0

        /// Series may be added meanwhile, after their symbols: counted in this order, no symbol of a series is missed.
        init(_ head: Head) {
            series = head.index.count
            symbols = head.index.symbols.count
            timelines = head.timelines.count
        }

        init() {}
    }

    private var known = Counts()
    private var encoded = Counts()

    /// Takes all that is in the head as known, after recovery.
    func markAllKnown(_ head: Head) { known = Counts(head) }

    /// Takes what the last `encode` found as known.
    func markEncodedKnown() { known = encoded }

    /// Encodes what is new into `buffer`; false when nothing is.
    func encode(_ head: Head) -> Bool {
        buffer.removeAll()
        let index = head.index
        encoded = Counts(head)
        if encoded == known { return false }
        begin(known.symbols, encoded.symbols)
        for id in known.symbols..<encoded.symbols {
            let bytes = index.symbols.bytes(UInt32(id))
            buffer.append(varint: UInt64(bytes.count))
            buffer.append(bytes)
        }
        begin(known.series, encoded.series)
        for reference in known.series..<encoded.series {
            let pairs = index.symbols(of: SeriesReference(UInt32(reference)))
            buffer.append(varint: UInt64(pairs.count))
            for (name, value) in pairs {
                buffer.append(varint: UInt64(name))
                buffer.append(varint: UInt64(value))
            }
        }
        begin(known.timelines, encoded.timelines)
        for timeline in head.timelines[known.timelines..<encoded.timelines] {
            buffer.append(integer: timeline.key)
            buffer.append(timeline.origin.origin.kind.rawValue)
            buffer.append(integer: timeline.origin.origin.key)
        }
        return true
    }

    private func begin(_ first: Int, _ end: Int) {
        buffer.append(varint: UInt64(first))
        buffer.append(varint: UInt64(end - first))
    }
}
