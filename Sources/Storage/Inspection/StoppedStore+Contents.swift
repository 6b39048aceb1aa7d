import Journal
import Platform

/// What stands in a data directory, by the files' own descriptions.
package struct StoreContents: Sendable {
    package struct Block: Sendable {
        package var name: String
        package var bytes: Int
        /// Nil when the block cannot be opened.
        package var description: Description?
        /// Why not.
        package var problem: StoreFinding?
    }

    /// Times in milliseconds.
    package struct Description: Sendable {
        package var firstTime: Int64
        package var lastTime: Int64
        package var level: Int
        package var series: Int
        package var timelines: Int
        /// Deleted ones too.
        package var samples: Int
        /// Series of which samples are deleted.
        package var deletedSeries: Int
    }

    /// Groups of a window that is no block yet.
    package struct Window: Sendable {
        package var firstTime: Int64
        package var lastTime: Int64
        package var groups: Int
        package var series: Int
        package var bytes: Int
    }

    package struct Log: Sendable {
        package var name: String
        package var segments: Int
        package var bytes: Int
    }

    package internal(set) var blocks: [Block] = []
    package internal(set) var windows: [Window] = []
    package internal(set) var logs: [Log] = []
}

extension StoppedStore {
    package func contents() throws -> StoreContents {
        var contents = StoreContents()
        for name in try blockNames() {
            let (block, findings) = openBlock(name)
            let description = block.map { block in
                StoreContents.Description(
                    firstTime: block.meta.firstTime, lastTime: block.meta.lastTime, level: block.meta.level,
                    series: block.meta.series, timelines: block.meta.timelines, samples: block.meta.samples,
                    deletedSeries: block.deletions.ranges.count)
            }
            contents.blocks.append(
                .init(
                    name: name.description, bytes: try bytes(in: blockDirectory(name)), description: description,
                    problem: findings.first))
        }
        for name in try windowNames() {
            if let window = try window(GroupFormat.path(Recovery.headDirectory(path), name)) {
                contents.windows.append(window)
            }
        }
        for name in [WriteAheadLog.registerName, WriteAheadLog.journalName] {
            let reader = try SegmentReader(files: files, directory: "\(path)/\(name)")
            contents.logs.append(.init(name: name, segments: reader.segments.count, bytes: reader.totalBytes))
        }
        return contents
    }

    private func window(_ file: String) throws(FileError) -> StoreContents.Window? {
        guard let status = try files.status(file) else { return nil }
        let mapping = try files.open(file, .read).map(length: Int(status.size))
        return withExtendedLifetime(mapping) {
            let groups = GroupFileScan(mapping.bytes).offsets.compactMap { GroupReader(mapping.bytes, at: $0) }
            guard let first = groups.map(\.firstTime).min(), let last = groups.map(\.lastTime).max() else { return nil }
            var series: Set<UInt32> = []
            for group in groups { for column in 0..<group.columns { series.insert(group.reference(column)) } }
            return StoreContents.Window(
                firstTime: first, lastTime: last, groups: groups.count, series: series.count, bytes: Int(status.size))
        }
    }
}
