import Model
import Platform
import Synchronization

/// The mapped index of a block. At the opening only the table of contents is checked, a section at its first use.
/// Thread safe.
final class BlockIndex: Sendable {
    let path: String
    private let mapping: any MappedBytes
    private let places: [BlockFormat.Section: Place]
    /// Sections whose checksum was found right.
    private let checked = Mutex<Set<BlockFormat.Section>>([])

    private struct Place: Sendable {
        var range: Range<Int>
        var checksum: UInt32
    }

    init(_ mapping: any MappedBytes, path: String) throws(BlockError) {
        self.mapping = mapping
        self.path = path
        let bytes = mapping.bytes
        let damaged = BlockError(file: path, offset: 0, reason: "the table of contents is damaged")
        guard bytes.count >= 20, bytes.prefix(8).elementsEqual(BlockFormat.indexMagic) else { throw damaged }
        let version = bytes.littleEndian(8, as: UInt32.self)
        let count = Int(bytes.littleEndian(12, as: UInt32.self))
        guard count <= 64 else { throw damaged }
        let end = 16 + count * BlockFormat.sectionEntryLength
        guard bytes.count >= end + 4,
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
                == bytes.littleEndian(end, as: UInt32.self)
        else { throw damaged }
        if version != BlockFormat.version {
            throw BlockError(
                file: path, offset: 8, reason: "format version \(version) is unknown here; use a newer program")
        }
        var places: [BlockFormat.Section: Place] = [:]
        for entry in 0..<count {
            let at = 16 + entry * BlockFormat.sectionEntryLength
            guard let kind = BlockFormat.Section(rawValue: bytes.littleEndian(at, as: UInt32.self)) else { continue }
            let offset = Int(truncatingIfNeeded: bytes.littleEndian(at + 8, as: UInt64.self))
            let length = Int(truncatingIfNeeded: bytes.littleEndian(at + 16, as: UInt64.self))
            guard offset >= 0, length >= 0, offset <= bytes.count, length <= bytes.count - offset else {
                throw BlockError(file: path, offset: at, reason: "the file is cut short")
            }
            places[kind] = Place(
                range: offset..<offset + length, checksum: bytes.littleEndian(at + 4, as: UInt32.self))
        }
        self.places = places
        for section in BlockFormat.Section.allCases where places[section] == nil { throw damaged }
    }

    /// The bytes of a section, after its checksum was found right once.
    func section(_ kind: BlockFormat.Section) throws(BlockError) -> UnsafeRawBufferPointer {
        guard let place = places[kind] else { throw damage(kind, "missing") }
        let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[place.range])
        if checked.withLock({ $0.contains(kind) }) { return bytes }
        if CRC32C.checksum(bytes) != place.checksum { throw damage(kind, "the checksum is wrong") }
        checked.withLock { _ = $0.insert(kind) }
        return bytes
    }

    /// Says that a section holds something no encoder writes.
    func damage(_ kind: BlockFormat.Section, _ reason: String = "malformed") -> BlockError {
        BlockError(file: path, offset: places[kind]?.range.lowerBound ?? 0, reason: "section \(kind): \(reason)")
    }

    func timelines() throws(BlockError) -> BlockTimelines {
        BlockTimelines(section: try section(.timelines), index: self)
    }

    /// `terms` were read before, so that they are probably in memory.
    var hasTerms: Bool { checked.withLock { $0.isSuperset(of: [.symbols, .names, .pairs, .postings]) } }

    func terms() throws(BlockError) -> BlockTerms {
        BlockTerms(
            index: self, symbols: try section(.symbols), names: try section(.names), pairs: try section(.pairs),
            postings: try section(.postings))
    }
}

/// The timelines of a block.
struct BlockTimelines {
    let section: UnsafeRawBufferPointer
    let index: BlockIndex

    var count: Int { section.count / BlockTimeline.length }

    func timeline(_ number: Int) throws(BlockError) -> BlockTimeline {
        guard number >= 0, number < count,
            let timeline = BlockTimeline(section, at: number * BlockTimeline.length)
        else { throw index.damage(.timelines) }
        return timeline
    }
}
