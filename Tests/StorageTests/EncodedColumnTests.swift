import Chunks
import Model
import Platform
import TestSupport
import Testing

@testable import Storage

/// Columns survive bit by bit, beside whatever neighbour; damaged ones are refused or give something, but no trap.
struct EncodedColumnTests {
    private static func cells(_ random: inout SeededRandom, _ count: Int) -> [Double] {
        let gaps = random.pick([0, 0, 0.05, 0.5, 1])
        var value = Double(Int.random(in: 0...1000, using: &random))
        return (0..<count).map { _ in
            if random.chance(gaps) { return random.chance(0.3) ? .staleMarker : .absent }
            if random.oneIn(50) { return random.pick([.nan, -.infinity, -0.0, 0.1, 1e300]) }
            value += Double(Int.random(in: 0...3, using: &random))
            return value
        }
    }

    private static func compact(_ cells: [Double]) -> [Double] { cells.filter { !$0.isAbsent && !$0.isStaleMarker } }

    private static func encode(_ cells: [Double], _ neighbour: [Double]?, distance: Int = 77) -> [UInt8] {
        let buffer = ByteBuffer()
        let encoder = ColumnEncoder()
        cells.withUnsafeBufferPointer { cells in
            guard let neighbour else {
                encoder.encode(cells, into: buffer)
                return
            }
            neighbour.withUnsafeBufferPointer {
                _ = encoder.encode(cells, beside: .init(values: $0, distance: distance), into: buffer)
            }
        }
        return Array(buffer.bytes)
    }

    /// Cells of exactly as much memory as there are rows.
    private static func decode(_ bytes: [UInt8], rows: Int, _ neighbour: [Double]) throws -> [Double] {
        let cells = UnsafeMutableBufferPointer<Double>.allocate(capacity: rows)
        defer { cells.deallocate() }
        cells.initialize(repeating: 4711)
        guard let base = cells.baseAddress else { return [] }
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { input.deallocate() }
        input.copyBytes(from: bytes)
        let column = try EncodedColumn(UnsafeRawBufferPointer(input), rows: rows)
        if column.distance == nil {
            let isFull = try EncodedColumn.decode(UnsafeRawBufferPointer(input), rows: rows, into: base)
            #expect(isFull == !cells.contains { $0.isAbsent || $0.isStaleMarker })
            return Array(cells)
        }
        var values = [Double](repeating: 0, count: column.count)
        try values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            try neighbour.withUnsafeBufferPointer { try column.decodeValues(relativeTo: $0, into: base) }
        }
        let isFull = values.withUnsafeBufferPointer { column.place($0, into: base) }
        #expect(isFull == !cells.contains { $0.isAbsent || $0.isStaleMarker })
        return Array(cells)
    }

    @Test(arguments: 0..<30) func cellsSurvive(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var relative = 0
        for _ in 0..<60 {
            let rows = Int.random(in: 1...300, using: &random)
            let below = Self.cells(&random, rows)
            var cells = Self.cells(&random, rows)
            // A histogram's neighbour: the same rows, and nearly the same values.
            if random.chance(0.7) { cells = below.map { $0.isFinite && random.oneIn(9) ? $0 + 1 : $0 } }
            let neighbour = Self.compact(below)
            for beside in [nil, neighbour] {
                let bytes = Self.encode(cells, beside)
                if bytes.isEmpty {
                    #expect(cells.allSatisfy { $0.isAbsent })
                    continue
                }
                let column = try bytes.withUnsafeBytes { try EncodedColumn($0, rows: rows) }
                let last = cells.lastIndex { !$0.isAbsent }
                #expect(column.lastRow == last, "seed \(seed)")
                if column.distance != nil {
                    relative += 1
                    #expect(column.distance == 77)
                }
                let found = try Self.decode(bytes, rows: rows, neighbour)
                #expect(found.map(\.bitPattern) == cells.map(\.bitPattern), "seed \(seed)")
            }
        }
        #expect(relative > 0, "seed \(seed)")
    }

    @Test(arguments: 0..<20) func damageDoesNotTrap(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let rows = Int.random(in: 1...100, using: &random)
            let below = Self.cells(&random, rows)
            let neighbour = Self.compact(below)
            var bytes = Self.encode(below.map { $0.isFinite ? $0 + 1 : $0 }, random.chance(0.8) ? neighbour : nil)
            if bytes.isEmpty { continue }
            for _ in 0..<5 {
                bytes[random.pick(bytes.indices)] = UInt8.random(in: 0...255, using: &random)
                _ = try? Self.decode(bytes, rows: rows, neighbour)
            }
        }
    }

    @Test func whatNoEncoderWritesIsRefused() {
        let neighbour: [Double] = [1, 2, 3]
        for bytes: [UInt8] in [[], [4, 0], [2, 0, 0x40, 2], [2], [3, 5, 9, 9, 9], [2, 0xff]] {
            #expect(throws: ChunkError.self) { try Self.decode(bytes, rows: 3, neighbour) }
        }
        // Other numbers of values than the neighbour has.
        let bytes = Self.encode([1001, 1002, 2004, 2005], [1, 2, 1004, 1005])
        #expect(bytes.first == EncodedColumn.isRelative)
        #expect(throws: ChunkError.self) { try Self.decode(bytes, rows: 4, neighbour) }
        #expect(Self.decodeAlone(bytes, rows: 4) == .malformed)
    }

    /// Why a column cannot be decoded without a neighbour.
    private static func decodeAlone(_ bytes: [UInt8], rows: Int) -> ChunkError? {
        var cells = [Double](repeating: .absent, count: rows)
        do {
            let input = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
            defer { input.deallocate() }
            input.copyBytes(from: bytes)
            try cells.withUnsafeMutableBufferPointer {
                guard let base = $0.baseAddress else { return }
                try EncodedColumn.decode(UnsafeRawBufferPointer(input), rows: rows, into: base)
            }
            return nil
        } catch {
            return error as? ChunkError
        }
    }

    /// The bytes of the page.
    @Test func bucketsOfThePage() throws {
        let page = try GoldenFormatTests.page("block")
        let example = try #require(
            page.split(separator: "## Buckets\n").last?.split(separator: "```").dropFirst().first)
        let expected = example.split(separator: "\n").map { line in
            line.split(separator: "  ", maxSplits: 1)[0].split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
        let below: [Double] = [1000, 1013, 1017, 1031, 1032]
        let bucket: [Double] = below.map { $0 + 500 }
        #expect([Self.encode(below, nil), Self.encode(bucket, below, distance: 14)] == expected)
    }
}
