import Platform

/// The files of a block's `chunks` directory: magic, version, then chunks one behind the other.
///
/// A chunk: length of the data (varint), encoding, data, CRC32C of encoding and data. A reference is the number of the
/// file, from 0, in the upper 32 bits and the offset in the lower.
final class ChunkSegments {
    static let magic: UInt32 = 0x85BD_40DD
    static let headerSize = 8

    private let paths: [String]
    private let maps: [any MappedBytes]

    init(_ files: any FileSystem, directory: String) throws {
        var paths: [String] = []
        var maps: [any MappedBytes] = []
        let names = try files.list(directory).filter { $0.utf8.count == 6 && Int($0) != nil }.sorted()
        for (index, name) in names.enumerated() {
            let path = "\(directory)/\(name)"
            guard Int(name) == index + 1 else {
                throw PrometheusDataError(
                    file: directory, reason: "file \(Self.name(index)) is missing, the next one is \(name)")
            }
            let file = try files.open(path, .read)
            let map = try file.map(length: Int(try file.size()))
            var reader = FieldReader(map.bytes, file: path, base: 0)
            guard try reader.integer(UInt32.self) == Self.magic else {
                throw PrometheusDataError(file: path, offset: 0, reason: "this is no file of chunks")
            }
            let version = try reader.integer(UInt8.self)
            guard version == 1 else {
                throw PrometheusDataError(file: path, offset: 4, reason: "chunk format \(version) is not known")
            }
            paths.append(path)
            maps.append(map)
        }
        self.paths = paths
        self.maps = maps
    }

    static func name(_ index: Int) -> String {
        let digits = String(index + 1)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// The encoding and the data of a chunk, with the checksum verified; the bytes live as long as this object.
    func chunk(_ reference: UInt64) throws(PrometheusDataError) -> (encoding: UInt8, data: UnsafeRawBufferPointer) {
        let index = Int(reference >> 32)
        let offset = Int(reference & 0xffff_ffff)
        guard index < paths.count, offset >= Self.headerSize, offset < maps[index].bytes.count else {
            throw PrometheusDataError(
                file: paths.isEmpty ? "chunks" : paths[min(index, paths.count - 1)], offset: offset,
                reason: "the index names a chunk that is not there")
        }
        let rest = UnsafeRawBufferPointer(rebasing: maps[index].bytes[offset...])
        var reader = FieldReader(rest, file: paths[index], base: offset)
        let length = try reader.count(size: 1)
        let body = try reader.take(length + 1)
        let sum = try reader.integer(UInt32.self)
        try Checksum.check(body, against: sum, file: paths[index], offset: offset, "chunk")
        return (body[0], UnsafeRawBufferPointer(rebasing: body[1...]))
    }

    /// Decodes a chunk of numbers; false for one of histograms, which is left out.
    func decode(_ reference: UInt64, into samples: ChunkSamples) throws(PrometheusDataError) -> Bool {
        let chunk = try chunk(reference)
        guard let encoding = ChunkEncoding(rawValue: chunk.encoding) else {
            throw place(reference, "chunk encoding \(chunk.encoding) is not known")
        }
        do throws(ChunkDamage) {
            switch encoding {
            case .xor: try XORChunk.decode(chunk.data, into: samples)
            case .xor2: try XOR2Chunk.decode(chunk.data, into: samples)
            case .histogram, .floatHistogram, .histogramWithStart, .floatHistogramWithStart: return false
            }
        } catch {
            throw place(reference, error.rawValue)
        }
        return true
    }

    private func place(_ reference: UInt64, _ reason: String) -> PrometheusDataError {
        PrometheusDataError(
            file: paths[Int(reference >> 32)], offset: Int(reference & 0xffff_ffff), reason: reason)
    }
}
