import Model
import PrometheusBlocks

/// Brings in what stands only in Prometheus's logs. A record holds what one scrape brought and records come in the
/// order of time, so each goes to the store as it is; only the log's names are kept in memory.
struct LogImport {
    private struct Series {
        var reference: SeriesReference
        var origin: Origin
        var labels: Labels
    }

    private let sink: ImportSink
    /// Samples before this stand in blocks; the log may still have some of them. Prometheus ignores them as well.
    private let blocksEnd: Int64

    init(_ sink: ImportSink, blocksEnd: Int64) {
        self.sink = sink
        self.blocksEnd = blocksEnd
    }

    /// - Parameter progress: gets the bytes read.
    func run(_ log: HeadLog?, _ late: HeadLog?, progress: (Int64) -> Void) throws {
        guard let log else { return }
        // Deletions stand behind what they delete, so they are read first.
        var deletions = Tombstones()
        _ = try log.read(.deletions) { record, _ in
            guard case .deletions(let entries) = record else { return }
            for entry in entries { deletions.add(entry.series, entry.first, entry.last) }
        }
        var known: [UInt64: Series] = [:]
        try read(log, &known, deletions, from: blocksEnd, offset: 0, progress)
        // Out-of-order samples belong before the blocks' end as often as not, and name the series of the other log.
        if let late { try read(late, &known, deletions, from: .min, offset: log.totalBytes, progress) }
    }

    private func read(
        _ log: HeadLog, _ known: inout [UInt64: Series], _ deletions: Tombstones, from start: Int64, offset: Int64,
        _ progress: (Int64) -> Void
    ) throws {
        let damages = try log.read([.series, .samples, .histograms]) { record, done in
            switch record {
            case .series(let entries):
                for entry in entries {
                    known[entry.series] = Series(
                        reference: try sink.reference(for: entry.labels), origin: ImportSink.origin(of: entry.labels),
                        labels: entry.labels)
                }
            case .samples(let samples):
                try sink.append(batch(samples, known, deletions, from: start))
                progress(offset + done)
            case .histograms(let series):
                for number in series {
                    let name = known[number]?.labels.metricName ?? ""
                    sink.report.histogramSamples[name, default: 0] += 1
                }
            case .deletions: break
            }
        }
        for damage in damages { sink.report.note(damage) }
    }

    /// The samples of a record, one part per origin.
    private func batch(
        _ samples: LogSamples, _ known: [UInt64: Series], _ deletions: Tombstones, from start: Int64
    ) -> AppendBatch {
        var batch = AppendBatch()
        var parts: [Origin: Int] = [:]
        for index in samples.series.indices {
            let time = samples.times[index]
            if time < start { continue }
            let number = samples.series[index]
            guard let series = known[number] else {
                sink.report.namelessSamples += 1
                continue
            }
            if !deletions.isEmpty, deletions[number].contains(where: { $0.contains(time) }) { continue }
            let part = parts[series.origin] ?? batch.parts.count
            if part == batch.parts.count {
                parts[series.origin] = part
                batch.parts.append(.init(origin: series.origin, time: 0))
            }
            batch.parts[part].times.append(time)
            batch.parts[part].references.append(series.reference)
            batch.parts[part].values.append(samples.values[index])
        }
        return batch
    }
}
