import Model
import Platform

/// A block of Prometheus, open for reading. Not thread safe.
package final class PrometheusBlock {
    package let meta: BlockMeta
    package let path: String
    private let index: BlockIndex
    private let chunks: ChunkSegments
    private let tombstones: Tombstones

    package init(_ files: any FileSystem, path: String, meta: BlockMeta) throws {
        self.meta = meta
        self.path = path
        index = try BlockIndex(files, path: "\(path)/index")
        chunks = try ChunkSegments(files, directory: "\(path)/chunks")
        let file = "\(path)/tombstones"
        if try files.status(file) == nil {
            tombstones = Tombstones()
        } else {
            let bytes = try files.contents(of: file)
            tombstones = try bytes.withUnsafeBytes { bytes in try Tombstones(bytes, file: file) }
        }
    }

    package static func meta(_ files: any FileSystem, path: String) throws -> BlockMeta {
        let file = "\(path)/meta.json"
        return try BlockMeta(json: files.contents(of: file), file: file)
    }

    /// What the other calls name series by, in label order.
    package var series: [UInt32] { index.series }

    package func labels(of series: UInt32) throws(PrometheusDataError) -> Labels {
        var places: [ChunkPlace] = []
        return try index.entry(series, chunks: &places)
    }

    /// The chunks of a series in time order.
    package func chunks(of series: UInt32, into places: inout [ChunkPlace]) throws(PrometheusDataError) {
        try index.chunks(series, into: &places)
    }

    /// Decodes a chunk; false, and nothing decoded, when it holds histograms.
    package func decode(_ place: ChunkPlace, into samples: ChunkSamples) throws(PrometheusDataError) -> Bool {
        try chunks.decode(place.reference, into: samples)
    }

    /// Times of a series that are deleted.
    package func deletedTimes(of series: UInt32) -> [ClosedRange<Int64>] {
        tombstones.isEmpty ? [] : tombstones[UInt64(series)]
    }
}
