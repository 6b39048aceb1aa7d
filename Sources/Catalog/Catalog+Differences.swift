import Model
import Platform
import SQLite

extension Catalog {
    /// Compares the catalog of a data directory that no server holds with the blocks there, and changes nothing. None
    /// when there is no catalog.
    package static func differences(
        directory: String, files: any FileSystem, blocks: BlockListing
    ) throws -> [CatalogDifference] {
        let path = "\(directory)/\(fileName)"
        if try files.status(path) == nil { return [] }
        let logSize = try files.status(path + "-wal")?.size ?? 0
        let connection = try SQLiteConnection(reading: path, isAlone: logSize == 0)
        let check = try connection.text("PRAGMA quick_check(1)")
        if check != "ok" { throw SQLiteError(kind: .damaged, "\(path): \(check)") }
        // Every version has had blocks and deletions.
        if try CatalogSchema.checkedVersion(connection, path: path) == 0 { return blocks.names.map { .unlisted($0) } }
        return try differences(connection, blocks)
    }

    /// Makes the file say what the blocks say, and returns where it did not; nil when it cannot be used, which is
    /// logged.
    package func reconcile(_ blocks: BlockListing) -> [CatalogDifference]? {
        let found = use { (state, connection) throws(SQLiteError) in
            let found = try Self.differences(connection, blocks)
            for difference in found {
                // `update` writes what the file is not known to have.
                if case .missing = difference { continue }
                state.blocks[difference.block] = nil
            }
            return found
        }
        guard let found else { return nil }
        update(blocks: blocks.blocks) { blocks.deletions[$0.name] ?? [] }
        let left = use { (_, connection) throws(SQLiteError) in try Self.differences(connection, blocks) }
        return left?.isEmpty == true ? found : nil
    }

    private static func differences(
        _ connection: SQLiteConnection, _ blocks: BlockListing
    ) throws(SQLiteError) -> [CatalogDifference] {
        let listed = Dictionary(try listedBlocks(connection).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let deletions = try listedDeletions(connection)
        let names = Set(blocks.names)
        var found = listed.keys.filter { !names.contains($0) }.sorted().map { CatalogDifference.missing($0) }
        found += blocks.names.filter { listed[$0] == nil }.map { .unlisted($0) }
        for block in blocks.blocks {
            guard let entry = listed[block.name] else { continue }
            let expected = (blocks.deletions[block.name] ?? []).map(text)
            if entry.deletions != block.deletions || Set(expected) != deletions[block.name] ?? [] {
                found.append(.deletions(block.name))
                continue
            }
            if entry != block { found.append(.description(block.name)) }
        }
        return found
    }

    /// By block.
    private static func listedDeletions(_ connection: SQLiteConnection) throws(SQLiteError) -> [String: Set<String>] {
        let rows = try connection.prepare("SELECT block, series, first_ms, last_ms FROM deletion")
        var deletions: [String: Set<String>] = [:]
        while try rows.step() {
            deletions[rows.text(0), default: []].insert("\(rows.integer(2)) \(rows.integer(3)) \(rows.text(1))")
        }
        return deletions
    }

    private static func text(_ deletion: BlockSummary.Deletion) -> String {
        "\(deletion.range.lowerBound) \(deletion.range.upperBound) \(LabelsJSON.text(deletion.series))"
    }
}
