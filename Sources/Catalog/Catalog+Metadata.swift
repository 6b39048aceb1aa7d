import Model
import Platform
import SQLite

extension Catalog {
    /// How far behind the time at which a target last said something may be in the file, in milliseconds.
    private static let seenPrecision: Int64 = 3_600_000

    /// Takes over what targets said at their last scrape; those that said nothing keep what they said before.
    package func update(metadata: [TargetMetadata], now: Int64) {
        use { (state, connection) throws(SQLiteError) in
            let told = metadata.filter { !$0.families.isEmpty }
            let changed = told.filter { state.targets[$0.target] != Self.hash($0.families) }
            let due = try connection.number("SELECT coalesce(min(seen_ms), 0) FROM target") + Self.seenPrecision <= now
            if changed.isEmpty && !due { return }
            try connection.transaction { () throws(SQLiteError) in
                try Self.write(changed, connection)
                let seen = try connection.prepare(
                    "UPDATE target SET seen_ms = ?1 WHERE labels = ?2 AND seen_ms <= ?1 - \(Self.seenPrecision)")
                for target in due ? told : [] { try seen.run(.integer(now), .text(LabelsJSON.text(target.target))) }
                for target in changed { try seen.run(.integer(now), .text(LabelsJSON.text(target.target))) }
            }
            for target in changed { state.targets[target.target] = Self.hash(target.families) }
        }
    }

    /// Forgets targets that have said nothing since a time, in milliseconds, and texts that nobody says.
    package func forgetMetadata(before time: Int64) {
        use { (state, connection) throws(SQLiteError) in
            let old = try connection.number("SELECT count(*) FROM target WHERE seen_ms < \(time)")
            if old == 0 { return }
            try connection.transaction { () throws(SQLiteError) in
                try connection.execute(
                    """
                    DELETE FROM target WHERE seen_ms < \(time);
                    DELETE FROM metadata WHERE id NOT IN (SELECT metadata FROM target_metadata);
                    """)
            }
            state.targets = try Self.storedTargets(connection)
        }
    }

    /// What each target in the file said last, by family.
    package func metadata() -> [TargetMetadata] {
        use { (_, connection) throws(SQLiteError) in try Self.storedMetadata(connection) } ?? []
    }

    private static func write(_ targets: [TargetMetadata], _ connection: SQLiteConnection) throws(SQLiteError) {
        if targets.isEmpty { return }
        let addTarget = try connection.prepare(
            "INSERT INTO target (labels, seen_ms) VALUES (?, 0) ON CONFLICT DO NOTHING")
        let forget = try connection.prepare(
            "DELETE FROM target_metadata WHERE target = (SELECT id FROM target WHERE labels = ?)")
        let addText = try connection.prepare(
            "INSERT INTO metadata (name, type, help, unit) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        let add = try connection.prepare(
            """
            INSERT INTO target_metadata SELECT target.id, metadata.id FROM target, metadata
            WHERE labels = ? AND name = ? AND type = ? AND help = ? AND unit = ?
            """)
        for target in targets {
            let labels = SQLiteStatement.Value.text(LabelsJSON.text(target.target))
            try addTarget.run(labels)
            try forget.run(labels)
            for family in Set(target.families) {
                let metadata = family.metadata
                let (name, type) = (SQLiteStatement.Value.text(family.name), metadata.kind.rawValue)
                try addText.run(name, .text(type), .text(metadata.help), .text(metadata.unit))
                try add.run(labels, name, .text(type), .text(metadata.help), .text(metadata.unit))
            }
        }
    }

    private static func storedMetadata(_ connection: SQLiteConnection) throws(SQLiteError) -> [TargetMetadata] {
        let rows = try connection.prepare(
            """
            SELECT labels, name, type, help, unit FROM target
            JOIN target_metadata ON target.id = target JOIN metadata ON metadata.id = metadata
            ORDER BY labels, name, type, help
            """)
        var targets: [TargetMetadata] = []
        var last = ""
        while try rows.step() {
            let text = rows.text(0)
            if targets.isEmpty || text != last {
                guard let labels = LabelsJSON.labels(text) else { continue }
                targets.append(TargetMetadata(target: labels, families: []))
                last = text
            }
            let metadata = MetricMetadata(
                kind: .init(rawValue: rows.text(2)) ?? .unknown, help: rows.text(3), unit: rows.text(4))
            targets[targets.count - 1].families.append(MetricFamily(name: rows.text(1), metadata: metadata))
        }
        return targets
    }

    static func storedTargets(_ connection: SQLiteConnection) throws(SQLiteError) -> [Labels: UInt64] {
        Dictionary(
            try storedMetadata(connection).map { ($0.target, hash($0.families)) }, uniquingKeysWith: { $1 })
    }

    /// Of what a target says, in whatever order.
    private static func hash(_ families: [MetricFamily]) -> UInt64 {
        var sum: UInt64 = UInt64(Set(families).count)
        for family in Set(families) {
            let text = ByteBuffer()
            for part in [family.name, family.metadata.kind.rawValue, family.metadata.help, family.metadata.unit] {
                text.append(varint: UInt64(part.utf8.count))
                text.append(part)
            }
            sum &+= StableHash.hash(text.bytes)
        }
        return sum
    }
}
