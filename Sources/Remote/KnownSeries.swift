import Model
import Platform
import Synchronization

/// What was found out about label sets as senders write them: series and origin. A known one costs a hash of its bytes
/// and one place in memory. Found by a 64-bit fingerprint alone, which is seeded by chance: with four million series
/// one of two million stores would mistake two of them. About 25 bytes a series. Thread safe.
final class KnownSeries: Sendable {
    struct Entry: Sendable {
        var reference: SeriesReference
        var originKey: UInt64
    }

    fileprivate struct Slot {
        /// 0 when nothing is here.
        var fingerprint: UInt64 = 0
        var reference: UInt32 = 0
        /// Index in `origins`.
        var origin: UInt32 = 0
    }

    fileprivate struct Table {
        var slots: [Slot] = []
        var count = 0
        var origins: [UInt64] = []
        var numbers: [UInt64: UInt32] = [:]
    }

    private let limit: Int
    private let table = Mutex(Table())

    /// - Parameter limit: with more series than these all are forgotten, which costs only time.
    init(limit: Int) { self.limit = limit }

    /// The entry of each series; nil for those that are not known.
    func entries(for series: [WriteRequest.Series]) -> [Entry?] {
        table.withLock { table in
            let origins = table.origins
            return table.slots.withUnsafeBufferPointer { slots in
                series.map { one in
                    guard let place = Self.place(of: one.fingerprint, in: slots), slots[place].fingerprint != 0 else {
                        return nil
                    }
                    return Entry(
                        reference: SeriesReference(slots[place].reference),
                        originKey: origins[Int(slots[place].origin)])
                }
            }
        }
    }

    func removeAll() { table.withLock { $0 = Table() } }

    func add(_ found: [(fingerprint: UInt64, entry: Entry)]) {
        table.withLock { table in
            if table.count + found.count > limit { table = Table() }
            for (fingerprint, entry) in found { table.add(fingerprint, entry) }
        }
    }

    /// Where a fingerprint stands or may be put; nil when there is no room at all.
    @inline(__always)
    fileprivate static func place(of fingerprint: UInt64, in slots: UnsafeBufferPointer<Slot>) -> Int? {
        if slots.isEmpty || fingerprint == 0 { return nil }
        var place = Int(fingerprint.multipliedFullWidth(by: UInt64(slots.count)).high)
        while slots[place].fingerprint != 0 && slots[place].fingerprint != fingerprint {
            place += 1
            if place == slots.count { place = 0 }
        }
        return place
    }
}

extension KnownSeries.Table {
    fileprivate mutating func add(_ fingerprint: UInt64, _ entry: KnownSeries.Entry) {
        // At most four of five slots are taken.
        if (count + 1) * 5 > slots.count * 4 { grow() }
        var origin = numbers[entry.originKey]
        if origin == nil {
            origin = UInt32(origins.count)
            numbers[entry.originKey] = origin
            origins.append(entry.originKey)
        }
        put(.init(fingerprint: fingerprint, reference: entry.reference.rawValue, origin: origin ?? 0))
    }

    private mutating func put(_ slot: KnownSeries.Slot) {
        guard let place = slots.withUnsafeBufferPointer({ KnownSeries.place(of: slot.fingerprint, in: $0) }) else {
            return
        }
        if slots[place].fingerprint == 0 { count += 1 }
        slots[place] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: KnownSeries.Slot(), count: max(64, old.count + old.count / 2))
        count = 0
        for slot in old where slot.fingerprint != 0 { put(slot) }
    }
}
