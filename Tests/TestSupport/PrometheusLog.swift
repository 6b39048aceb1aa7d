import Model
import Platform

/// Writes segments of Prometheus's log: fragments in pages of 32 KiB.
package struct PrometheusLog {
    private static let pageSize = 32 << 10
    private static let headerSize = 7

    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// - Parameter flags: 8 for a record packed with snappy, 16 for zstd.
    package mutating func append(_ record: [UInt8], flags: UInt8 = 0) {
        var rest = record[...]
        var isFirst = true
        repeat {
            var room = Self.pageSize - bytes.count % Self.pageSize
            if room < Self.headerSize {
                bytes += [UInt8](repeating: 0, count: room)
                room = Self.pageSize
            }
            let piece = rest.prefix(room - Self.headerSize)
            rest = rest.dropFirst(piece.count)
            let kind: UInt8 = isFirst ? (rest.isEmpty ? 1 : 2) : (rest.isEmpty ? 4 : 3)
            let sum = Array(piece).withUnsafeBytes { CRC32C.checksum($0) }
            bytes.append(kind | flags)
            bytes += Self.bigEndian(UInt16(piece.count)) + Self.bigEndian(sum) + piece
            isFirst = false
        } while !rest.isEmpty
    }

    package static func series(_ entries: [(number: UInt64, labels: Labels)]) -> [UInt8] {
        let record = ByteBuffer()
        record.append(UInt8(1))
        for entry in entries {
            record.append(bigEndian(entry.number))
            record.append(varint: UInt64(entry.labels.count))
            entry.labels.forEachBytes { name, value in
                record.append(varint: UInt64(name.count))
                record.append(name)
                record.append(varint: UInt64(value.count))
                record.append(value)
            }
        }
        return [UInt8](record.bytes)
    }

    package static func samples(_ entries: [(number: UInt64, time: Int64, value: Double)]) -> [UInt8] {
        let record = ByteBuffer()
        record.append(UInt8(2))
        let first = entries[0]
        record.append(bigEndian(first.number) + bigEndian(UInt64(bitPattern: first.time)))
        for entry in entries {
            record.append(signedVarint: Int64(bitPattern: entry.number &- first.number))
            record.append(signedVarint: entry.time &- first.time)
            record.append(bigEndian(entry.value.bitPattern))
        }
        return [UInt8](record.bytes)
    }

    /// The second generation, with start times that are absent, present and repeated by turns.
    package static func samplesWithStart(_ entries: [(number: UInt64, time: Int64, value: Double)]) -> [UInt8] {
        let record = ByteBuffer()
        record.append(UInt8(11))
        var previous: UInt64 = 0
        for (index, entry) in entries.enumerated() {
            record.append(signedVarint: Int64(bitPattern: entry.number &- previous))
            record.append(signedVarint: index == 0 ? entry.time : entry.time &- entries[0].time)
            if index == 0 {
                record.append(signedVarint: 77)
            } else {
                record.append(UInt8(index % 3))
                if index % 3 == 2 { record.append(signedVarint: -500) }
            }
            record.append(bigEndian(entry.value.bitPattern))
            previous = entry.number
        }
        return [UInt8](record.bytes)
    }

    package static func deletion(_ number: UInt64, _ first: Int64, _ last: Int64) -> [UInt8] {
        let record = ByteBuffer()
        record.append(UInt8(3))
        record.append(bigEndian(number))
        record.append(signedVarint: first)
        record.append(signedVarint: last)
        return [UInt8](record.bytes)
    }

    /// Histograms of whole numbers with two spans and three buckets; with bounds of their own for `isCustom`.
    package static func histograms(_ numbers: [UInt64], time: Int64, isCustom: Bool = false) -> [UInt8] {
        let record = ByteBuffer()
        record.append(UInt8(isCustom ? 9 : 7))
        record.append(bigEndian(numbers[0]) + bigEndian(UInt64(bitPattern: time)))
        for number in numbers {
            record.append(signedVarint: Int64(bitPattern: number &- numbers[0]))
            record.append(signedVarint: 0)
            record.append(UInt8(0))
            record.append(signedVarint: isCustom ? -53 : 3)
            record.append(bigEndian(0.001.bitPattern))
            for value: UInt64 in [2, 300] { record.append(varint: value) }
            record.append(bigEndian(12.5.bitPattern))
            record.append([2, 0, 2, 4, 1, 0, 3, 2, 1, 6, 0])
            if isCustom {
                record.append(UInt8(2))
                record.append(bigEndian(1.0.bitPattern) + bigEndian(2.0.bitPattern))
            }
        }
        return [UInt8](record.bytes)
    }

    private static func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
    }
}

extension FileSystem {
    /// Makes a file with this content, and the directories above it.
    package func put(_ path: String, _ bytes: [UInt8]) throws {
        var directory = ""
        for part in path.split(separator: "/").dropLast() {
            directory += (directory.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
            if try status(directory) == nil { try createDirectory(directory) }
        }
        let file = try open(path, .create)
        try file.truncate(to: 0)
        try bytes.withUnsafeBytes { try file.append($0) }
    }
}
