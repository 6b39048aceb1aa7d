import Exposition
import Model
import Platform

/// Brings an OpenMetrics text with a time on every sample into a store. The text is read once for its errors, so that
/// one with an error changes nothing, and for how many samples each window of the store has; then as many windows at a
/// time as fit into memory are collected, sorted and handed over, for which the text is read again. Not thread safe.
package final class OpenMetricsImport {
    /// Samples that are held at once, about 20 B each.
    private static let usualCapacity = 1 << 23
    /// Milliseconds of the least that is collected at once.
    private static let slot: Int64 = 15 * 60_000

    private let sink: ImportSink
    private let progress: (TransferProgress) -> Void
    private let capacity: Int
    private let pieceSize: Int?
    private var origins = OriginTable()
    private var collected: [OriginSamples] = []
    /// Samples of the whole text, and by the start of their slot.
    private var total = 0
    private var counts: [Int64: Int] = [:]

    /// - Parameters:
    ///   - settle: is called with the time now and then, so that the store can write what is complete.
    ///   - finish: is called with the time when all samples of some windows are in the store.
    ///   - capacity: samples that are held at once.
    ///   - pieceSize: bytes of the text that are held at once.
    package init(
        into appender: any SampleAppender, clock: any TimeSource, settle: @escaping (Int64) -> Void,
        finish: @escaping (Int64) throws -> Void, capacity: Int? = nil, pieceSize: Int? = nil,
        progress: @escaping (TransferProgress) -> Void
    ) {
        sink = ImportSink(appender, clock: clock, settle: settle, finish: finish)
        self.capacity = capacity ?? Self.usualCapacity
        self.pieceSize = pieceSize
        self.progress = progress
    }

    /// Fails with the error of the text, of the file or of the store.
    package func run(_ file: any File) throws -> ImportReport {
        try read(file, nil, part: 0...0.5)
        if total <= capacity {
            try handOver()
        } else {
            let ranges = ranges()
            let share = 0.5 / Double(ranges.count)
            for (number, times) in ranges.enumerated() {
                let done = 0.5 + Double(number) * share
                try read(file, times, part: done...done + share)
                try handOver()
            }
        }
        progress(TransferProgress(fraction: 1, samples: sink.report.samples))
        return sink.report
    }

    /// What is held together, oldest first: whole windows, parts of those that are too large.
    private func ranges() -> [ClosedRange<Int64>] {
        var ranges: [ClosedRange<Int64>] = []
        var size = 0
        func add(_ start: Int64, _ length: Int64, _ count: Int) {
            if let last = ranges.last, size + count <= capacity {
                ranges[ranges.count - 1] = last.lowerBound...start + length - 1
                size += count
            } else {
                ranges.append(start...start + length - 1)
                size = count
            }
        }
        let windows = Dictionary(grouping: counts) { PrometheusImport.windowStart($0.key) }
        for (window, slots) in windows.sorted(by: { $0.key < $1.key }) {
            let size = slots.reduce(0) { $0 + $1.value }
            if size <= capacity {
                add(window, PrometheusImport.window, size)
            } else {
                for slot in slots.sorted(by: { $0.key < $1.key }) { add(slot.key, Self.slot, slot.value) }
            }
        }
        return ranges
    }

    /// Reads the text and keeps the samples of some times; without times all, as long as they fit, and counts them.
    private func read(_ file: any File, _ times: ClosedRange<Int64>?, part: ClosedRange<Double>) throws {
        var pieces = try OpenMetricsPieces(file, pieceSize: pieceSize)
        // Texts are mostly in the order of series, so the last line's series is mostly this one's.
        var lastText: [UInt8] = []
        var reference = SeriesReference(0)
        var origin = 0
        while let reader = try pieces.next() {
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
                if let times, !times.contains(time) { continue }
                if !reader.seriesText.elementsEqual(lastText) {
                    (reference, origin) = try series(reader)
                    lastText = [UInt8](reader.seriesText)
                }
                if times == nil { count(time) }
                if times == nil && total > capacity { continue }
                while collected.count <= origin { collected.append(OriginSamples()) }
                collected[origin].append(reference, time, sample.value.isNaN ? .ordinaryNaN : sample.value)
            }
            let fraction = part.lowerBound + (part.upperBound - part.lowerBound) * pieces.fraction
            progress(TransferProgress(fraction: fraction, samples: sink.report.samples))
        }
    }

    /// More than fits is forgotten: it is read again.
    private func count(_ time: Int64) {
        counts[time - Self.inSlot(time), default: 0] += 1
        total += 1
        if total == capacity + 1 { collected = [] }
    }

    private static func inSlot(_ time: Int64) -> Int64 {
        let rest = time % slot
        return rest < 0 ? rest + slot : rest
    }

    private func series(_ reader: OpenMetricsReader) throws(PageError) -> (SeriesReference, origin: Int) {
        let labels = try reader.labels()
        let reference: SeriesReference
        do throws(AppendError) { reference = try sink.reference(for: labels) } catch {
            throw .series(line: reader.line, error)
        }
        return (reference, Int(origins.number(of: ImportSink.origin(of: labels))))
    }

    private func handOver() throws {
        for (samples, origin) in zip(collected, origins.all) { try samples.drain(to: sink, origin: origin) }
        collected = []
        try sink.finish()
    }
}
