import API
import Platform
import Storage

extension Administration {
    /// The administration of a store.
    init(_ database: Database, clock: any TimeSource) {
        self.init(
            delete: { matchers, start, end in
                try database.delete([matchers], start: start, end: end, now: clock.wallMilliseconds())
            },
            cleanTombstones: { try database.cleanTombstones(now: clock.wallMilliseconds()) },
            snapshot: { try database.makeSnapshot(skipsHead: $0) })
    }
}
