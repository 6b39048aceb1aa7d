import Exposition
import Model
import Platform

/// Brings an OpenMetrics text with a time on every sample into a store. Texts may be in any order, so all samples are
/// held (20 B each) until the text was read to its `# EOF`: a text with an error changes nothing.
package struct OpenMetricsImport {
    private let sink: ImportSink
    private let progress: (TransferProgress) -> Void

    package init(
        into appender: any SampleAppender, clock: any TimeSource, settle: @escaping (Int64) -> Void,
        progress: @escaping (TransferProgress) -> Void
    ) {
        sink = ImportSink(appender, clock: clock, settle: settle)
        self.progress = progress
    }

    /// Fails with the error of the text or of the store.
    package func run(_ page: ByteBuffer) throws(PageError) -> ImportReport {
        let reader = OpenMetricsReader(page)
        var origins = OriginTable()
        var collected: [OriginSamples] = []
        // Texts are mostly in the order of series, so the last line's series is mostly this one's.
        var lastText: [UInt8] = []
        var reference = SeriesReference(0)
        var origin = 0
        var count = 0
        while let entry = try reader.next() {
            guard case .sample(let sample) = entry else {
                lastText = []
                continue
            }
            guard let time = sample.time else {
                throw PageError.syntax(
                    line: reader.line,
                    reason: "\(try reader.labels().metricText) has no timestamp: nobody knows when it was measured")
            }
            if !reader.seriesText.elementsEqual(lastText) {
                let labels = try reader.labels()
                do throws(AppendError) { reference = try sink.reference(for: labels) } catch {
                    throw .series(line: reader.line, error)
                }
                origin = Int(origins.number(of: ImportSink.origin(of: labels)))
                if origin == collected.count { collected.append(OriginSamples()) }
                lastText = [UInt8](reader.seriesText)
            }
            collected[origin].append(reference, time, sample.value.isNaN ? .ordinaryNaN : sample.value)
            count += 1
        }
        for (samples, origin) in zip(collected, origins.all) {
            do throws(AppendError) { try samples.drain(to: sink, origin: origin) } catch {
                throw .series(line: reader.line, error)
            }
            progress(TransferProgress(fraction: Double(sink.report.samples) / Double(count), samples: count))
        }
        return sink.report
    }
}
