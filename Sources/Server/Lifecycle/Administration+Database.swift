import API
import Catalog
import Platform
import Storage

extension Administration {
    /// The administration of a store. Snapshots get a copy of the catalog.
    init(_ database: Database, _ catalog: Catalog, clock: any TimeSource) {
        self.init(
            delete: { matchers, start, end in
                try database.delete([matchers], start: start, end: end, now: clock.wallMilliseconds())
            },
            cleanTombstones: { try database.cleanTombstones(now: clock.wallMilliseconds()) },
            snapshot: { skipsHead in
                let name = try database.makeSnapshot(skipsHead: skipsHead)
                catalog.copy(to: database.snapshotPath(name))
                return name
            })
    }
}
