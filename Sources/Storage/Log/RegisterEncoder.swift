import Model
import Platform

/// Makes register frames of what the register does not have yet. Not thread safe.
final class RegisterEncoder {
    let buffer = ByteBuffer()
    /// Of its frames.
    let kind: UInt8

    /// How many there are of each.
    private struct Counts: Equatable {
        var symbols = 0
        var series = 0
        var timelines = 0

        /// Series may be added meanwhile, after their symbols: counted in this order, no symbol of a series is missed.
        init(_ index: SeriesIndex, _ timelines: [Timeline]) {
            series = index.count
            symbols = index.symbols.count
            self.timelines = timelines.count
        }

        init() {}
    }

    private var known = Counts()
    private var encoded = Counts()

    /// For a register that has nothing yet.
    init(kind: UInt8) { self.kind = kind }

    /// Takes all that is in the head as known, after recovery.
    func markAllKnown(_ head: Head) { known = Counts(head.index, head.timelines) }

    /// Takes what the last `encode` found as known.
    func markEncodedKnown() { known = encoded }

    /// Encodes what is new into `buffer`; false when nothing is.
    func encode(_ index: SeriesIndex, _ timelines: [Timeline]) -> Bool {
        buffer.removeAll()
        encoded = Counts(index, timelines)
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
        for timeline in timelines[known.timelines..<encoded.timelines] {
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
