import Model
import Platform
import PrometheusBlocks

/// Brings a data directory of Prometheus into a store: first the blocks, two hours after two hours over all of them,
/// then what only the log holds.
///
/// Within a window samples are collected origin by origin and handed over in the order of time; memory holds one such
/// part, two open blocks' lists of series, and the log's names. What cannot be read is reported and left out.
package final class PrometheusImport {
    /// The store's windows, in milliseconds.
    static let window: Int64 = 2 * 3_600_000
    /// Samples of one origin that are collected before they are handed over: about 30 B each.
    private static let partSize = 2_000_000

    private let files: any FileSystem
    private let directory: PrometheusDirectory
    private let sink: ImportSink
    private let progress: (TransferProgress) -> Void
    private var origins = OriginTable()
    private var open: [BlockSeries] = []
    private let samples = OriginSamples()
    private let chunk = ChunkSamples()
    private var places: [ChunkPlace] = []
    /// For progress: samples of blocks, and a quarter of the log's bytes, which is near its samples.
    private let totalWork: Double
    private var doneWork = 0.0

    /// - Parameters:
    ///   - settle: is called with the time now and then, so that the store can write what is complete.
    ///   - finish: is called with the time when all samples of a window are in the store.
    package init(
        _ directory: PrometheusDirectory, files: any FileSystem, into appender: any SampleAppender,
        clock: any TimeSource, settle: @escaping (Int64) -> Void, finish: @escaping (Int64) throws -> Void,
        progress: @escaping (TransferProgress) -> Void
    ) {
        self.files = files
        self.directory = directory
        self.progress = progress
        sink = ImportSink(appender, clock: clock, settle: settle, finish: finish)
        let logBytes = (directory.log?.totalBytes ?? 0) + (directory.lateLog?.totalBytes ?? 0)
        totalWork = directory.blocks.reduce(Double(logBytes) / 4) { $0 + Double($1.meta.samples) }
    }

    package func run() throws -> ImportReport {
        for damage in directory.damages { sink.report.note(damage) }
        try importBlocks()
        open = []
        let log = LogImport(sink, blocksEnd: directory.blocks.map(\.meta.maximumTime).max() ?? .min)
        let before = doneWork
        try log.run(directory.log, directory.lateLog) { bytes in
            doneWork = before + Double(bytes) / 4
            report()
        }
        try sink.finish()
        progress(TransferProgress(fraction: 1, samples: sink.report.samples))
        return sink.report
    }

    private func report() {
        let fraction = totalWork > 0 ? min(doneWork / totalWork, 1) : 1
        progress(TransferProgress(fraction: fraction, samples: sink.report.samples))
    }

    private func importBlocks() throws {
        var rest = directory.blocks[...]
        var start = Int64.min
        while !rest.isEmpty || !open.isEmpty {
            if open.isEmpty, let next = rest.first {
                start = Swift.max(start, Self.windowStart(next.meta.minimumTime))
            }
            let end = start + Self.window
            while let next = rest.first, next.meta.minimumTime < end {
                rest.removeFirst()
                try openBlock(next.path, next.meta)
            }
            let before = sink.report.samples
            try importWindow(start, end)
            if sink.report.samples > before { try sink.finish() }
            open.removeAll { $0.block.meta.maximumTime <= end }
            start = end
        }
    }

    static func windowStart(_ time: Int64) -> Int64 {
        let rest = time % window
        return time - (rest < 0 ? rest + window : rest)
    }

    private func openBlock(_ path: String, _ meta: BlockMeta) throws {
        let block: PrometheusBlock
        do {
            block = try PrometheusBlock(files, path: path, meta: meta)
        } catch let error as PrometheusDataError {
            return sink.report.note(error)
        } catch let error as FileError {
            return sink.report.note(PrometheusDataError(file: error.path, reason: error.detail))
        }
        open.append(try BlockSeries(block, sink: sink, origins: &origins))
    }

    /// All samples with start <= time < end of the open blocks, origin by origin.
    private func importWindow(_ start: Int64, _ end: Int64) throws(AppendError) {
        var cursors = open.map { _ in 0 }
        while true {
            let origin = zip(open, cursors).compactMap { block, cursor in
                cursor < block.entries.count ? block.entries[cursor].origin : nil
            }.min()
            guard let origin else { return }
            var runs: [Range<Int>] = []
            for (number, block) in open.enumerated() {
                let first = cursors[number]
                while cursors[number] < block.entries.count, block.entries[cursors[number]].origin == origin {
                    cursors[number] += 1
                }
                runs.append(first..<cursors[number])
            }
            try importOrigin(origin, runs, start, end)
        }
    }

    /// One origin's samples in a window, in as many parts as their number asks for.
    private func importOrigin(
        _ origin: UInt32, _ runs: [Range<Int>], _ start: Int64, _ end: Int64
    ) throws(AppendError) {
        let estimate = estimatedSamples(runs, start, end)
        if estimate == 0 { return }
        let parts = Int64((estimate - 1) / Self.partSize + 1)
        let step = (end - start - 1) / parts + 1
        var first = start
        while first < end {
            let behind = min(first + step, end)
            for (block, run) in zip(open, runs) {
                for index in run { collect(block.block, block.entries[index], first, behind) }
            }
            let count = samples.count
            try samples.drain(to: sink, origin: origins.all[Int(origin)])
            doneWork += Double(count)
            report()
            first = behind
        }
    }

    /// About as many samples as the window holds, reckoned from a few series and Prometheus's 120 samples a chunk.
    private func estimatedSamples(_ runs: [Range<Int>], _ start: Int64, _ end: Int64) -> Int {
        var chunks = 0
        for (block, run) in zip(open, runs) {
            var sampled = 0
            var found = 0
            let stride = Swift.max(1, run.count / 64)
            for index in Swift.stride(from: run.lowerBound, to: run.upperBound, by: stride) {
                sampled += 1
                do throws(PrometheusDataError) {
                    try block.block.chunks(of: block.entries[index].series, into: &places)
                    found += places.count { $0.maximumTime >= start && $0.minimumTime < end }
                } catch {
                    // It is reported when it is read.
                    continue
                }
            }
            if sampled > 0 { chunks += (found * run.count + sampled - 1) / sampled }
            // A small number says little: what was not looked at may have some.
            chunks += run.count
        }
        return chunks * 120
    }

    private func collect(_ block: PrometheusBlock, _ entry: BlockSeries.Entry, _ start: Int64, _ end: Int64) {
        do throws(PrometheusDataError) { try block.chunks(of: entry.series, into: &places) } catch {
            return sink.report.note(error)
        }
        let deleted = block.deletedTimes(of: entry.series)
        for place in places where place.maximumTime >= start && place.minimumTime < end {
            do throws(PrometheusDataError) {
                if try block.decode(place, into: chunk) {
                    take(entry.reference, start, end, deleted)
                } else if place.minimumTime >= start {
                    let name = try block.labels(of: entry.series).metricName
                    sink.report.histogramChunks[name, default: 0] += 1
                }
            } catch {
                sink.report.note(error)
            }
        }
    }

    /// The decoded chunk's samples inside the window that are not deleted.
    private func take(_ reference: SeriesReference, _ start: Int64, _ end: Int64, _ deleted: [ClosedRange<Int64>]) {
        let times = UnsafeBufferPointer(start: chunk.times, count: chunk.count)
        let values = UnsafeBufferPointer(start: chunk.values, count: chunk.count)
        if deleted.isEmpty, let first = times.first, let last = times.last, first >= start, last < end {
            return samples.append(reference, times, values)
        }
        for (time, value) in zip(times, values)
        where time >= start && time < end && !deleted.contains(where: { $0.contains(time) }) {
            samples.append(reference, time, value)
        }
    }
}
