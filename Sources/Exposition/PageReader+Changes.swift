import Model
import Platform

/// Lines that are not where the cache expects them, and what becomes of the cache.
extension PageReader {
    /// How far to look ahead before asking the index: lines that went away in one place are found without
    /// it.
    private static let lookAhead = 16

    /// Reads one line, or comments about one family, that differs from what is expected.
    func readUnknown(
        _ known: UnsafeBufferPointer<CachedLine>, _ resolve: ([Label]) throws(AppendError) -> SeriesReference
    ) throws(PageError) {
        if !isChanged { beginChange(known) }
        unknownLines += 1
        scanner.beginLine()
        if scanner.isAtComment {
            try readUnknownComments(known)
        } else {
            try readUnknownSample(known, resolve)
        }
    }

    private func readUnknownComments(_ known: UnsafeBufferPointer<CachedLine>) throws(PageError) {
        let first = scanner.position
        let run = try scanner.scanComments()
        if let last = lines.last, !last.isSeries, let name = run.name, metadata.name(last.reference) == name {
            // Known comments before these are about the same family: together they are one run.
            scanner.position = first - last.length
            lines.removeLast()
            return try readUnknownComments(known)
        }
        let (hash, length) = try identity(from: first, seed: commentSeed)
        var number = MetadataTable.none
        if let old = find(hash, length, known) {
            number = known[old].reference
        } else if let name = run.name {
            number = metadata.hold(name, run.metadata)
            heldMetadata.append(number)
        }
        if let type = run.type { self.type = type }
        lines.append(CachedLine(hash: hash, length: length, kind: Self.kind(run.type), reference: number))
    }

    private static func kind(_ type: FamilyType?) -> CachedLine.Kind {
        switch type {
        case nil: return .comment
        case .other: return .otherType
        case .histogram: return .histogramType
        case .summary: return .summaryType
        }
    }

    private func readUnknownSample(
        _ known: UnsafeBufferPointer<CachedLine>, _ resolve: ([Label]) throws(AppendError) -> SeriesReference
    ) throws(PageError) {
        let first = scanner.position
        try scanner.scanSeries()
        let (hash, length) = try identity(from: first, seed: seed(of: type))
        let reference: SeriesReference
        let old = find(hash, length, known)
        if let old {
            reference = SeriesReference(known[old].reference)
        } else {
            let labels = try scanner.labels(type)
            do throws(AppendError) {
                reference = try resolve(labels)
            } catch {
                throw .series(line: scanner.lineNumber, error)
            }
            addedSeries += 1
        }
        let sample = try scanner.scanSample(powers: powers)
        let kind: CachedLine.Kind
        if let time = sample.time, options.honorsTimestamps {
            kind = .stamped
            appendStamped(reference, sample.value, time)
        } else {
            kind = .sample
            makeRoom(1)
            references[count] = reference
            values[count] = sample.value
            count += 1
        }
        // A series that came to have timestamps is no longer the one that was tracked.
        if let old { matched[old] = known[old].kind == kind }
        lines.append(CachedLine(hash: hash, length: length, kind: kind, reference: reference.rawValue))
    }

    /// What a line is known by: from its first byte to where the scanner stands.
    private func identity(
        from first: UnsafePointer<UInt8>, seed: UInt64
    ) throws(PageError) -> (hash: UInt64, length: Int) {
        let length = scanner.position - first
        guard length <= CachedLine.longest else { throw scanner.failure("the line is longer than \(length) bytes") }
        return (StableHash.hash(UnsafeRawBufferPointer(start: first, count: length), seed: seed), length)
    }

    /// Finds an old line and expects the one behind it next.
    private func find(_ hash: UInt64, _ length: Int, _ known: UnsafeBufferPointer<CachedLine>) -> Int? {
        if known.isEmpty { return nil }
        var found = known[place..<min(place + Self.lookAhead, known.count)].firstIndex {
            $0.hash == hash && $0.length == length
        }
        if found == nil {
            if index.isEmpty { index.build(known) }
            found = index.find(hash, length: length, in: known)
        }
        if let found {
            place = found + 1
            matched[found] = true
        }
        return found
    }

    // MARK: Changes

    /// From here on the page differs from the last one; what was read so far is as it was.
    func beginChange(_ known: UnsafeBufferPointer<CachedLine>) {
        isChanged = true
        lines.append(contentsOf: known[..<place])
        matched.append(contentsOf: repeatElement(true, count: place))
        matched.append(contentsOf: repeatElement(false, count: known.count - place))
    }

    /// Tracked series of old lines that no line of this page has.
    func findVanished(_ known: UnsafeBufferPointer<CachedLine>) {
        var missing: Set<UInt32> = []
        for place in known.indices where known[place].isTracked(withStamped: options.tracksStamped) {
            if !matched[place] { missing.insert(known[place].reference) }
        }
        // A series may stand on another line now, spelled differently.
        if missing.isEmpty { return }
        for line in lines where line.isTracked(withStamped: options.tracksStamped) { missing.remove(line.reference) }
        vanished = missing.sorted().map { SeriesReference($0) }
    }

    /// Tracked series of the page that was read, ascending.
    package func tracked(in cache: LineCache) -> [SeriesReference] {
        Self.tracked(isChanged ? lines : cache.lines, options)
    }

    /// Tracked series of the last committed page, ascending.
    package static func tracked(in cache: LineCache, _ options: PageOptions) -> [SeriesReference] {
        tracked(cache.lines, options)
    }

    private static func tracked(_ lines: [CachedLine], _ options: PageOptions) -> [SeriesReference] {
        var references: Set<UInt32> = []
        for line in lines where line.isTracked(withStamped: options.tracksStamped) { references.insert(line.reference) }
        return references.sorted().map { SeriesReference($0) }
    }

    // MARK: Refused series

    /// Samples of the page.
    package var samples: Int { values.count + stamped.values.count }

    /// Takes the samples of refused series out of what was read. Returns their number.
    package func removeRefused() -> Int {
        let before = samples
        var kept = 0
        for index in 0..<count where references[index] != .refused {
            references[kept] = references[index]
            values[kept] = values[index]
            kept += 1
        }
        references.removeLast(count - kept)
        values.removeLast(count - kept)
        count = kept
        let all = stamped
        stamped = PageSamples()
        for (index, reference) in all.references.enumerated() where reference != .refused {
            appendStamped(reference, all.values[index], all.times[index])
        }
        return before - samples
    }

    // MARK: Commit

    /// Makes the page that was read the last page of its target. Call it when its samples are stored.
    package func commit(to cache: inout LineCache) {
        if isChanged {
            for line in lines where !line.isSeries { metadata.hold(line.reference) }
            release(cache)
            cache.lines = lines.withUnsafeBufferPointer { Array($0) }
        }
        discard()
    }

    /// Forgets a target's last page.
    package func forget(_ cache: inout LineCache) {
        release(cache)
        cache.lines = []
    }

    private func release(_ cache: LineCache) {
        for line in cache.lines where !line.isSeries { metadata.release(line.reference) }
    }

    /// Drops what a page that is not committed has left; scratch memory of usual size is kept.
    func discard() {
        for number in heldMetadata { metadata.release(number) }
        heldMetadata.removeAll(keepingCapacity: true)
        isChanged = false
        let isUsual = lines.count < 1 << 16
        lines.removeAll(keepingCapacity: isUsual)
        matched.removeAll(keepingCapacity: isUsual)
        index.removeAll()
    }
}
