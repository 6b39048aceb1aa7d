import Model
import Platform
import PrometheusBlocks

/// Writes all that a store holds as blocks of Prometheus, one per two hours.
package struct PrometheusExport {
    package struct Report: Sendable {
        package internal(set) var blocks: [BlockMeta] = []
        package internal(set) var samples = 0

        package init() {}
    }

    private let source: any SeriesSource
    private let files: any FileSystem
    private let directory: String

    package init(_ source: any SeriesSource, files: any FileSystem, directory: String) {
        self.source = source
        self.files = files
        self.directory = directory
    }

    /// - Parameters:
    ///   - times: first and last millisecond to write.
    ///   - generator: for the names of blocks, which also hold `now`.
    package func run(
        _ times: ClosedRange<Int64>, now: Int64, using generator: inout some RandomNumberGenerator,
        progress: (TransferProgress) -> Void
    ) throws -> Report {
        var report = Report()
        let snapshot = try source.snapshot()
        let window = PrometheusImport.window
        let rest = times.lowerBound % window
        var start = times.lowerBound - (rest < 0 ? rest + window : rest)
        let first = start
        while start <= times.upperBound {
            let name = ULID.make(time: now, using: &generator)
            let meta = BlockMeta(ulid: name, minimumTime: start, maximumTime: start + window)
            if let written = try write(meta, max(start, times.lowerBound), snapshot, times) {
                report.blocks.append(written)
                report.samples += written.samples
            }
            start += window
            let fraction = Double(start - first) / Double(max(times.upperBound - first, 1))
            progress(TransferProgress(fraction: min(fraction, 1), samples: report.samples))
        }
        return report
    }

    private func write(
        _ meta: BlockMeta, _ start: Int64, _ snapshot: any SeriesSnapshot, _ times: ClosedRange<Int64>
    ) throws -> BlockMeta? {
        let request = SelectRequest(
            matchers: [], start: start, end: min(meta.maximumTime - 1, times.upperBound), keepsStaleMarkers: true)
        let selection = try snapshot.select(request)
        if selection.seriesCount == 0 { return nil }
        let writer = try BlockWriter(files, in: directory, meta: meta)
        let slice = Slice()
        for unit in 0..<selection.unitCount {
            try selection.read(unit: unit, into: slice)
            let values = slice.values.pointer
            try slice.times.withUnsafeBufferPointer { times throws(FileError) in
                guard let times = times.baseAddress else { return }
                for column in slice.columns where column.count > 0 {
                    try writer.add(
                        selection.labels(of: column.series), times: times + column.firstTime,
                        values: values + column.firstValue, count: column.count)
                }
            }
        }
        return try writer.finish()
    }
}
