import Journal
import Model
import Platform

/// Puts the names of register frames back. What a missing frame named stays unknown: its ids are taken by
/// placeholders, and series that use one of those become references without labels.
final class RegisterReplay {
    private let head: Head
    private var lostSymbols: Set<UInt32> = []
    private var pairs: RecentPairs
    private(set) var lostNames = 0
    /// Of the frames that count.
    private(set) var kind = RegisterFormat.kinds.lowerBound
    /// Segment of the first of them.
    private(set) var start = 0

    init(_ head: Head) {
        self.head = head
        pairs = RecentPairs(head.index)
    }

    /// Why a frame was not taken in whole; nil when it was.
    func replay(_ frame: LogFrame) -> String? {
        if frame.kind != kind {
            kind = frame.kind
            start = frame.position.segment
            lostSymbols = []
            lostNames = 0
            head.forgetNames()
            pairs = RecentPairs(head.index)
        }
        guard var cursor = FrameCursor(frame.payload) else { return "empty frame" }
        do {
            guard try symbols(&cursor) != nil, try series(&cursor) != nil, timelines(&cursor) != nil else {
                return "malformed frame"
            }
            return nil
        } catch {
            return error.description
        }
    }

    private func symbols(_ cursor: inout FrameCursor) throws(SeriesIndexError) -> Void? {
        guard let first = cursor.id(), let count = cursor.number() else { return nil }
        let symbols = head.index.symbols
        if Int(first) - symbols.count > NameBounds.largestHole { return nil }
        while symbols.count < Int(first) {
            lostSymbols.insert(UInt32(symbols.count))
            lostNames += 1
            let placeholder = ByteBuffer()
            placeholder.append("\u{0}lost \(symbols.count)")
            _ = try symbols.intern(placeholder.bytes)
        }
        for offset in 0..<count {
            guard let length = cursor.number(), let bytes = cursor.bytes(length) else { return nil }
            // A frame that was written twice brings nothing new.
            if Int(first) + offset >= symbols.count { _ = try symbols.intern(bytes) }
        }
        return ()
    }

    private func series(_ cursor: inout FrameCursor) throws(SeriesIndexError) -> Void? {
        guard let first = cursor.id(), let count = cursor.number() else { return nil }
        let (index, pairs) = (head.index, pairs)
        if Int(first) - index.count > NameBounds.largestHole { return nil }
        lostNames += max(0, Int(first) - index.count)
        let symbols = KnownSymbols(count: index.symbols.count, lost: lostSymbols)
        let known = index.count
        for reference in Int(first)..<Int(first) + count {
            guard let labels = cursor.number() else { return nil }
            let isNew = reference >= known
            var isWhole = true
            pairs.begin()
            for _ in 0..<labels {
                guard let name = cursor.id(), let value = cursor.id() else { return nil }
                if !isNew || !isWhole { continue }
                isWhole = symbols.has(name) && symbols.has(value)
                if isWhole { try pairs.add(name, value) }
            }
            if !isNew || labels == 0 { continue }
            if isWhole {
                try index.restore(SeriesReference(UInt32(reference)), run: pairs.run, hash: pairs.hash)
            } else {
                lostNames += 1
            }
        }
        // References of series that have left, or whose names are lost, are not given out again.
        index.addHoles(below: Int(first) + count)
        return ()
    }

    private struct KnownSymbols {
        let count: Int
        let lost: Set<UInt32>

        @inline(__always)
        func has(_ symbol: UInt32) -> Bool { symbol < count && (lost.isEmpty || !lost.contains(symbol)) }
    }

    private func timelines(_ cursor: inout FrameCursor) -> Void? {
        guard let first = cursor.id(), let count = cursor.number() else { return nil }
        if Int(first) - head.timelines.count > NameBounds.largestHole { return nil }
        lostNames += max(0, Int(first) - head.timelines.count)
        head.reserveTimelines(below: Int(first))
        for offset in 0..<count {
            guard let key = cursor.integer64(), let kind = cursor.byte().flatMap(Origin.Kind.init),
                let origin = cursor.integer64()
            else { return nil }
            if Int(first) + offset < head.timelines.count { continue }
            if key == 0 && kind == .imported && origin == 0 {
                head.timelines.append(head.nobody)
                continue
            }
            _ = head.restoreTimeline(key: key, origin: head.originTimelines(Origin(kind, key: origin)))
        }
        return ()
    }
}
