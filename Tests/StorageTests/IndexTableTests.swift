import Model
import TestSupport
import Testing

@testable import Storage

@Suite struct IndexTableTests {
    @Test func seriesAreFoundAgainAndRebuilt() throws {
        let index = SeriesIndex(seed: 3)
        let long = String(repeating: "long ", count: 4000)
        var all: [Labels] = []
        for number in 0..<3000 {
            all.append(Labels(["__name__": "m\(number % 40)", "id": "\(number)", "é": "ü", "text": long]))
        }
        for labels in all {
            #expect(index.reference(of: labels) == nil)
            _ = try index.insert(labels)
        }
        for (number, labels) in all.enumerated() {
            #expect(index.reference(of: labels) == SeriesReference(UInt32(number)))
            #expect(index.labels(of: SeriesReference(UInt32(number))) == labels)
        }
        #expect(index.reference(of: Labels(["__name__": "m1", "id": "1", "é": "ü"])) == nil)
        #expect(index.symbols.count == 4 + 40 + 3000 + 1 + 1)
    }

    @Test func recordsStartEmptyAndStay() throws {
        let index = SeriesIndex(seed: 3)
        let first = index.record(try index.insert(Labels(["a": "b"])))
        #expect(first.pointee.newest == .min && first.pointee.timeline == SeriesRecord.noTimeline)
        first.pointee.newest = 77
        for number in 0..<5000 { _ = try index.insert(Labels(["a": "\(number)"])) }
        #expect(index.record(SeriesReference(0)).pointee.newest == 77)
        #expect(MemoryLayout<SeriesRecord>.stride == 24)
        #expect(MemoryLayout<LabelPair>.stride == 32)
    }

    @Test func aRegisterRestoresTheSameReferences() throws {
        let written = SeriesIndex(seed: 1)
        // Some pairs have more text than is kept of them.
        for number in 0..<500 {
            let path = String(repeating: "/", count: number % 9 * 10)
            _ = try written.insert(Labels(["__name__": "m", "id": "\(number)", "path": path]))
        }
        let restored = SeriesIndex(seed: 2)
        for symbol in 0..<UInt32(written.symbols.count) {
            #expect(try restored.symbols.intern(written.symbols.bytes(symbol)) == symbol)
        }
        let pairs = RecentPairs(restored)
        func restore(_ number: UInt32) throws {
            pairs.begin()
            for (name, value) in written.symbols(of: SeriesReference(number)) { try pairs.add(name, value) }
            try restored.restore(SeriesReference(number), run: pairs.run, hash: pairs.hash)
        }
        for number in stride(from: UInt32(0), to: 500, by: 3) { try restore(number) }
        restored.finishRestoring()
        #expect(restored.count == 499)
        for number in UInt32(0)..<499 {
            let labels = restored.labels(of: SeriesReference(number))
            #expect(labels == (number % 3 == 0 ? written.labels(of: SeriesReference(number)) : .empty))
        }
        #expect(restored.snapshot().select([]).count == 167)
        for number in stride(from: UInt32(0), to: 500, by: 3) {
            #expect(restored.reference(of: written.labels(of: SeriesReference(number))) == SeriesReference(number))
        }
        #expect(throws: SeriesIndexError.occupied(SeriesReference(3))) { try restore(3) }
        let next = try restored.insert(written.labels(of: SeriesReference(1)))
        #expect(restored.reference(of: written.labels(of: SeriesReference(1))) == next)
    }

    @Test func labelSetsThatCannotBeStoredAreRefused() {
        let index = SeriesIndex(seed: 1)
        #expect(throws: SeriesIndexError.labelCount(0)) { try index.insert(.empty) }
        #expect(index.count == 0)
    }

    @Test(arguments: 0..<6) func postingListsKeepEveryReference(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let postings = PostingLists()
        let pairs = UnsafeMutablePointer<LabelPair>.allocate(capacity: 40)
        defer { pairs.deallocate() }
        pairs.initialize(repeating: LabelPair(name: 0, value: 0, older: LabelPair.none), count: 40)
        var expected = [[UInt32]](repeating: [], count: 40)
        var reference: UInt32 = random.oneIn(2) ? 0 : 1000
        for _ in 0..<20_000 {
            let pair = min(Int.random(in: 0..<40, using: &random), Int.random(in: 0..<40, using: &random))
            postings.append(reference, to: pairs + pair)
            expected[pair].append(reference)
            reference +=
                random.oneIn(3000) ? 1 << 26 : random.oneIn(10) ? UInt32.random(in: 1...40_000, using: &random) : 1
        }
        for pair in 0..<40 {
            let limit = random.oneIn(2) || expected[pair].isEmpty ? UInt32.max : random.pick(expected[pair])
            var found: [UInt32] = []
            postings.forEach(of: pairs + pair, below: limit) { found.append($0) }
            #expect(found == expected[pair].filter { $0 < limit }, "seed \(seed), pair \(pair), limit \(limit)")
        }
    }
}
