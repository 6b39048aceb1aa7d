import Journal
import Platform
import Synchronization

/// Makes one block of several. One thread at a time.
final class Compactor: Sendable {
    private struct State {
        /// Blocks that could not be merged since the start; trying again would only read them again.
        var hopeless: Set<BlockName> = []
        var random: UInt64
    }

    private let files: any FileSystem
    private let blocks: BlockSet
    private let state: Mutex<State>
    private let stopping = Atomic<Bool>(false)

    init(_ files: any FileSystem, _ blocks: BlockSet, seed: UInt64) {
        self.files = files
        self.blocks = blocks
        state = Mutex(State(random: seed))
    }

    /// Ends the work under way at its next step; nothing of it stays.
    func stop() { stopping.store(true, ordering: .releasing) }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// The next blocks to be merged, oldest first; nil when there is nothing to do.
    /// - Parameter longest: milliseconds that a block may cover because of its level.
    func next(longest: Int64) -> [BlockReader]? {
        let hopeless = state.withLock { $0.hopeless }
        let all = blocks.all.filter { !hopeless.contains($0.meta.name) }
        guard let names = CompactionPlan.next(all.map(\.meta), longest: longest) else { return nil }
        return all.filter { names.contains($0.meta.name) }
    }

    func giveUp(_ readers: [BlockReader]) {
        state.withLock { $0.hopeless.formUnion(readers.map(\.meta.name)) }
    }

    func isHopeless(_ reader: BlockReader) -> Bool { state.withLock { $0.hopeless.contains(reader.meta.name) } }

    /// Writes one block with all samples of others that are kept; nil when nothing is left of them. Does not touch
    /// those.
    /// - Parameter oldestSegment: of the journal, also after a power cut; what the blocks replaced before it need not
    ///   be told any more.
    func write(
        _ readers: [BlockReader], _ floors: RetentionFloors?, now: Int64, oldestSegment: Int
    ) throws -> BlockReader? {
        let input = try CompactionInput(readers, floors) { [self] in isStopping }
        var assembler = BlockAssembler(input.labels, try input.timelines()) { [self] in isStopping }
        let name = makeName(now)
        var writer = try BlockWriter(files, root: blocks.root, name: name)
        do {
            try assembler.write(to: &writer)
            if writer.data.samples == 0 {
                writer.abandon()
                return nil
            }
            return try BlockReader(
                files, directory: try writer.finish(Self.meta(name, readers.map(\.meta), oldestSegment)))
        } catch {
            writer.abandon()
            throw error
        }
    }

    private static func meta(_ name: BlockName, _ parents: [BlockMeta], _ oldestSegment: Int) -> BlockMeta {
        BlockMeta(
            name: name, start: parents.map(\.start).min() ?? 0, end: parents.map(\.end).max() ?? 0, firstTime: 0,
            lastTime: 0, level: (parents.map(\.level).max() ?? 0) + 1,
            sources: Set(parents.flatMap(\.sources)).sorted(), parents: parents.map(\.name),
            replaced: parents.flatMap(\.replaced).filter { $0.position.segment >= oldestSegment })
    }

    private func makeName(_ now: Int64) -> BlockName {
        state.withLock { state in
            while true {
                state.random = StableHash.combine(state.random, UInt64(bitPattern: now))
                let name = BlockName(
                    milliseconds: now, random: (state.random, StableHash.combine(state.random, 1)))
                if !blocks.isTaken(name) { return name }
            }
        }
    }
}

/// The store is closing.
struct CompactionStopped: Error {}
