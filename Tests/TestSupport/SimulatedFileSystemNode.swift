/// A file or directory of the simulation, twice: as the running system sees it and as it stands on the disk.
struct SimulatedNode {
    /// What a disk writes as one.
    static let sectorSize = 512

    var isDirectory = false
    /// The file has, or had, more than one name.
    var isLinked = false
    /// What the system sees (the page cache).
    var content: [UInt8] = []
    /// What is on the disk.
    var durable: [UInt8] = []
    /// Sectors changed since they were last written to the disk.
    var dirty: Set<Int> = []
    var sizeIsDirty = false
    /// Names to node numbers, seen and on disk.
    var entries: [String: Int] = [:]
    var durableEntries: [String: Int] = [:]
    var openHandles = 0
    var modified: Int64 = 0

    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        if bytes.isEmpty { return }
        let end = offset + bytes.count
        // A gap before the written bytes reads as zeros.
        markDirty(min(offset, content.count)..<end)
        if content.count < end {
            sizeIsDirty = true
            content.append(contentsOf: repeatElement(0, count: max(offset - content.count, 0)))
        }
        let inside = min(content.count - offset, bytes.count)
        content.withUnsafeMutableBytes { target in
            target[offset..<offset + inside].copyBytes(from: bytes[..<inside])
        }
        content.append(contentsOf: bytes[inside...])
    }

    mutating func truncate(to size: Int) {
        if size == content.count { return }
        sizeIsDirty = true
        markDirty(min(size, content.count)..<max(size, content.count))
        if size < content.count {
            content.removeLast(content.count - size)
        } else {
            content.append(contentsOf: repeatElement(0, count: size - content.count))
        }
    }

    /// A successful fsync.
    mutating func sync() {
        if sizeIsDirty { Self.resize(&durable, to: content.count) }
        for sector in dirty { copySector(sector, into: &durable, limit: Self.sectorSize) }
        markClean()
    }

    /// A failed fsync on Linux: the pages stay readable but count as clean, so no later fsync writes them.
    mutating func failSync() { markClean() }

    /// The content after a crash: a random part of what was not synced is there.
    func contentAfterCrash(_ random: inout SeededRandom) -> [UInt8] {
        var result = durable
        if dirty.isEmpty && !sizeIsDirty { return result }
        let smaller = min(durable.count, content.count)
        let larger = max(durable.count, content.count)
        let sizes = [durable.count, content.count, content.count, Int.random(in: smaller...larger, using: &random)]
        if sizeIsDirty { Self.resize(&result, to: sizes.randomElement(using: &random) ?? durable.count) }
        let probability = ([0, 0.5, 0.9, 1] as [Double]).randomElement(using: &random) ?? 0
        for sector in dirty.sorted() where random.chance(probability) {
            // Appends grow a sector bit by bit; the disk may have got any of its states.
            let isTorn = (sector + 1) * Self.sectorSize > durable.count && random.chance(0.25)
            let limit = isTorn ? Int.random(in: 0...Self.sectorSize, using: &random) : Self.sectorSize
            copySector(sector, into: &result, limit: limit)
        }
        return result
    }

    private mutating func markDirty(_ range: Range<Int>) {
        dirty.formUnion(
            range.lowerBound / Self.sectorSize...max(range.lowerBound, range.upperBound - 1) / Self.sectorSize)
    }

    private mutating func markClean() {
        dirty.removeAll(keepingCapacity: true)
        sizeIsDirty = false
    }

    private func copySector(_ sector: Int, into target: inout [UInt8], limit: Int) {
        let start = sector * Self.sectorSize
        let end = min(start + limit, content.count, target.count)
        if start < end { target.replaceSubrange(start..<end, with: content[start..<end]) }
    }

    private static func resize(_ bytes: inout [UInt8], to size: Int) {
        if size < bytes.count {
            bytes.removeLast(bytes.count - size)
        } else {
            bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
        }
    }
}
