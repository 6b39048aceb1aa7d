import Platform
import Synchronization

/// Writes frozen groups and late samples to the group files and lets readers find them there. One thread at a time.
final class Sealer: @unchecked Sendable {
    // Sendable: used with the database's seal lock held.
    private static let bytesPerAppend = 1 << 20

    private let files: any FileSystem
    private let directory: String
    private let head: Head
    private let live: LiveSnapshots
    private let encoder = GroupEncoder()
    /// Windows whose directory entries are durable.
    private var syncedWindows: Set<String> = []
    /// Bytes of sealed cells since memory was given back to the system, and at the last look.
    private var freedBytes = 0
    private var freedAtLastLook = 0
    private static let worthwhileBytes = 4 << 20

    init(_ files: any FileSystem, directory: String, _ head: Head, _ live: LiveSnapshots) {
        self.files = files
        self.directory = directory
        self.head = head
        self.live = live
    }

    /// A group and its place in the file.
    private struct Placed {
        var timeline: Timeline
        var group: RowGroup
        var place: SealedGroup
    }

    /// Seals what is frozen and no snapshot needs in memory; returns the number of groups.
    /// - Parameter commit: runs its argument with the commit lock held.
    func seal(commit: (() -> Void) -> Void) throws(FileError) -> Int {
        let batch = frozenGroups()
        if batch.isEmpty { return 0 }
        var placed: [Placed] = []
        var failure: FileError?
        for (window, groups) in batch {
            do throws(FileError) {
                let file = try windowFile(window, commit)
                placed += try write(groups, to: file)
            } catch {
                failure = error
            }
        }
        let mappings = try makeMappings(Set(placed.map(\.place.window)))
        commit {
            head.stateLock.withLock { _ in publish(placed, mappings) }
        }
        if let failure { throw failure }
        return placed.count
    }

    /// Frozen groups by window, each timeline's in order.
    private func frozenGroups() -> [(window: Int64, groups: [(Timeline, RowGroup)])] {
        var batch: [Int64: [(Timeline, RowGroup)]] = [:]
        head.stateLock.withLock { _ in
            let oldest = live.oldest ?? .max
            for timeline in head.sealQueue {
                for group in timeline.frozen.prefix(while: { $0.lastCommit <= oldest }) {
                    batch[group.window, default: []].append((timeline, group))
                }
            }
        }
        return batch.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func windowFile(_ window: Int64, _ commit: (() -> Void) -> Void) throws(FileError) -> WindowFile {
        if let found = head.windows[window] { return found }
        let name = WindowFile.name(window: window, generation: head.windowGenerations[window] ?? 0)
        let made = try WindowFile.create(files, directory, window: window, name: name)
        commit { head.stateLock.withLock { _ in head.windows[window] = made } }
        return made
    }

    private func write(_ groups: [(Timeline, RowGroup)], to file: WindowFile) throws(FileError) -> [Placed] {
        var placed: [Placed] = []
        var start = 0
        while start < groups.count {
            encoder.buffer.removeAll()
            var offsets: [Int] = []
            var next = start
            while next < groups.count && encoder.buffer.count < Self.bytesPerAppend {
                offsets.append(GroupFormat.aligned(encoder.buffer.count))
                encoder.append(groups[next].1)
                next += 1
            }
            let base = try file.append(encoder.buffer.bytes)
            for (index, offset) in offsets.enumerated() {
                let (timeline, group) = groups[start + index]
                let place = SealedGroup(
                    number: group.number, rows: UInt32(group.rows), window: group.window, offset: base + offset,
                    firstTime: group.time(ofRow: 0), lastTime: group.time(ofRow: group.rows - 1))
                placed.append(Placed(timeline: timeline, group: group, place: place))
            }
            start = next
        }
        return placed
    }

    private func makeMappings(_ windows: Set<Int64>) throws(FileError) -> [Int64: any MappedBytes] {
        var mappings: [Int64: any MappedBytes] = [:]
        for window in windows { mappings[window] = try head.windows[window]?.makeMapping() }
        return mappings
    }

    private func publish(_ placed: [Placed], _ mappings: [Int64: any MappedBytes]) {
        for (window, mapping) in mappings { head.windows[window]?.publish(mapping) }
        for entry in placed where entry.timeline.frozen.first === entry.group {
            entry.timeline.frozen.removeFirst()
            freedBytes += entry.group.rows * entry.group.columns * MemoryLayout<UInt64>.size
            entry.timeline.addSealed(entry.place)
        }
        head.sealQueue.removeAll { $0.frozen.isEmpty }
    }

    /// Gives memory of sealed groups back to the system when much of it was freed and little more follows: while a
    /// backlog comes in, the next groups would only ask for it again. Called now and then.
    func giveMemoryBack() {
        let more = freedBytes - freedAtLastLook
        if freedBytes >= Self.worthwhileBytes && more * 4 < Self.worthwhileBytes {
            Heap.trim()
            freedBytes = 0
        }
        freedAtLastLook = freedBytes
    }

    /// Seals all late samples. With the commit lock held.
    func sealLate() throws(FileError) {
        if head.late.isEmpty { return }
        var places: [(reference: UInt32, place: SealedGroup)] = []
        var windows: Set<Int64> = []
        for (window, groups) in lateGroups() {
            let file = try windowFile(window, { $0() })
            windows.insert(window)
            encoder.buffer.removeAll()
            var offsets: [Int] = []
            for (reference, samples) in groups {
                offsets.append(GroupFormat.aligned(encoder.buffer.count))
                encoder.appendLate(reference, samples)
            }
            let base = try file.append(encoder.buffer.bytes)
            for (offset, (reference, samples)) in zip(offsets, groups) {
                let place = SealedGroup(
                    number: 0, rows: UInt32(samples.count), window: window, offset: base + offset,
                    firstTime: samples[0].time, lastTime: samples[samples.count - 1].time)
                places.append((reference, place))
            }
        }
        let mappings = try makeMappings(windows)
        head.stateLock.withLock { _ in
            for (window, mapping) in mappings { head.windows[window]?.publish(mapping) }
            for (reference, place) in places { head.sealedLate[reference, default: []].append(place) }
            head.late = LateStore()
        }
    }

    /// Late samples by window, then by series.
    private func lateGroups() -> [(window: Int64, groups: [(UInt32, [LateStore.Sample])])] {
        var groups: [Int64: [(UInt32, [LateStore.Sample])]] = [:]
        for reference in head.late.references.sorted() {
            let byWindow = Dictionary(grouping: head.late[reference]) { HeadSettings.windowStart($0.time) }
            for (window, samples) in byWindow { groups[window, default: []].append((reference, samples)) }
        }
        return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Makes all sealed groups durable.
    func sync() throws(FileError) {
        let windows = head.windows.sorted { $0.key < $1.key }
        for (_, file) in windows {
            if file.needsSync { try file.sync() }
            if !syncedWindows.contains(file.name) { try files.syncDirectory("\(directory)/\(file.name)") }
        }
        if windows.contains(where: { !syncedWindows.contains($0.value.name) }) { try files.syncDirectory(directory) }
        syncedWindows = Set(windows.map(\.value.name))
    }
}
