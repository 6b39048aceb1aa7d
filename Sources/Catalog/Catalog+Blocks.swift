import Model
import SQLite

extension Catalog {
    /// Makes the file list these blocks and no others.
    /// - Parameter deletions: of a block whose number of deletions has changed.
    package func update(
        blocks: [BlockSummary], deletions: @Sendable (BlockSummary) -> [BlockSummary.Deletion]
    ) {
        use { (state, connection) throws(SQLiteError) in
            let present = Set(blocks.map(\.name))
            let gone = state.blocks.keys.filter { !present.contains($0) }
            let changed = blocks.filter { state.blocks[$0.name] != $0.deletions }
            if gone.isEmpty && changed.isEmpty { return }
            let delete = try connection.prepare("DELETE FROM block WHERE name = ?")
            let insert = try connection.prepare("INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            let insertDeletion = try connection.prepare("INSERT INTO deletion VALUES (?, ?, ?, ?)")
            try connection.transaction { () throws(SQLiteError) in
                for name in gone { try delete.run(.text(name)) }
                for block in changed {
                    try delete.run(.text(block.name))
                    try insert.run(
                        .text(block.name), .integer(Int64(block.level)), .integer(block.start), .integer(block.end),
                        .integer(block.firstTime), .integer(block.lastTime), .integer(Int64(block.series)),
                        .integer(Int64(block.timelines)), .integer(Int64(block.samples)), .integer(Int64(block.bytes)),
                        .integer(Int64(block.deletions)))
                    for deletion in block.deletions > 0 ? deletions(block) : [] {
                        try insertDeletion.run(
                            .text(block.name), .text(LabelsJSON.text(deletion.series)),
                            .integer(deletion.range.lowerBound), .integer(deletion.range.upperBound))
                    }
                }
            }
            state.blocks = Dictionary(blocks.map { ($0.name, $0.deletions) }, uniquingKeysWith: { $1 })
        }
    }

    /// What the file lists, by the start of their time, as a database lists them.
    package func blocks() -> [BlockSummary] {
        use { (_, connection) throws(SQLiteError) in try Self.listedBlocks(connection) } ?? []
    }

    static func listedBlocks(_ connection: SQLiteConnection) throws(SQLiteError) -> [BlockSummary] {
        let rows = try connection.prepare("SELECT * FROM block ORDER BY start_ms, name")
        var blocks: [BlockSummary] = []
        while try rows.step() {
            func number(_ column: Int) -> Int { Int(rows.integer(column)) }
            blocks.append(
                BlockSummary(
                    name: rows.text(0), level: number(1), start: rows.integer(2), end: rows.integer(3),
                    firstTime: rows.integer(4), lastTime: rows.integer(5), series: number(6),
                    timelines: number(7), samples: number(8), bytes: number(9), deletions: number(10)))
        }
        return blocks
    }

    static func storedBlocks(_ connection: SQLiteConnection) throws(SQLiteError) -> [String: Int] {
        let rows = try connection.prepare("SELECT name, deletions FROM block")
        var blocks: [String: Int] = [:]
        while try rows.step() { blocks[rows.text(0)] = Int(rows.integer(1)) }
        return blocks
    }
}
