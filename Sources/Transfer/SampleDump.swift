import Model
import Platform

/// Writes samples as text: all series of a metric one after the other, each in the order of time. Not thread safe.
package struct SampleDump {
    package enum Form: String, Sendable, CaseIterable {
        /// `name{label="value"} value seconds`, `# EOF` at the end. Stale markers cannot be told and are left out.
        case openmetrics
        /// `{"metric":{…},"values":[…],"timestamps":[…]}` per series, milliseconds; what no JSON number is stands in
        /// quotes: "NaN", "+Inf", "-Inf", "stale".
        case jsonl
    }

    package struct Report: Sendable, Equatable {
        package var series = 0
        package var samples = 0
    }

    /// Samples of a metric up to which all its series are read at once; beyond, each is looked up alone.
    private static let samplesAtOnce = 1 << 22

    private let form: Form
    private let write: (UnsafeRawBufferPointer) throws -> Void
    private let buffer = ByteBuffer(capacity: 1 << 16)
    private var report = Report()

    /// - Parameter write: gets the text piece by piece.
    package init(_ form: Form, write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        self.form = form
        self.write = write
    }

    /// - Parameters:
    ///   - request: which series and times.
    ///   - progress: gets the part of the series that is done.
    package mutating func run(
        _ snapshot: any SeriesSnapshot, _ request: LabelRequest, progress: (TransferProgress) -> Void
    ) throws -> Report {
        let all = try snapshot.series(request).map { (name: $0.metricName, labels: $0) }.sorted {
            $0.name == $1.name ? $0.labels < $1.labels : Labels.precedes($0.name, $1.name)
        }
        var start = 0
        while start < all.count {
            var end = start
            while end < all.count, all[end].name == all[start].name { end += 1 }
            try writeMetric(all[start].name, all[start..<end].map(\.labels), snapshot, request)
            start = end
            progress(TransferProgress(fraction: Double(end) / Double(all.count), samples: report.samples))
        }
        if form == .openmetrics { buffer.append("# EOF\n") }
        try flush()
        return report
    }

    private mutating func writeMetric(
        _ name: String, _ wanted: [Labels], _ snapshot: any SeriesSnapshot, _ request: LabelRequest
    ) throws {
        let selection = try snapshot.select(
            SelectRequest(
                matchers: [.equal(LabelNames.metric, name)], start: request.start, end: request.end,
                keepsStaleMarkers: form == .jsonl))
        let samples = (0..<selection.unitCount).reduce(0) { $0 + selection.estimatedSamples(inUnit: $1) }
        if samples <= Self.samplesAtOnce || wanted.count == 1 {
            let found = try Self.read(selection, Set(wanted))
            for labels in wanted { if let column = found[labels] { try write(labels, column) } }
            return
        }
        for labels in wanted {
            let one = try snapshot.select(
                SelectRequest(
                    matchers: labels.array.map { .equal($0.name, $0.value) }, start: request.start, end: request.end,
                    keepsStaleMarkers: form == .jsonl))
            if let column = try Self.read(one, [labels])[labels] { try write(labels, column) }
        }
    }

    private typealias Column = (times: [Int64], values: [Double])

    private static func read(_ selection: any Selection, _ wanted: Set<Labels>) throws(SelectError) -> [Labels: Column]
    {
        var found: [Labels: Column] = [:]
        let slice = Slice()
        for unit in 0..<selection.unitCount {
            try selection.read(unit: unit, into: slice)
            for column in slice.columns where column.count > 0 {
                let labels = selection.labels(of: column.series)
                if !wanted.contains(labels) { continue }
                let values = UnsafeBufferPointer(start: slice.values.pointer + column.firstValue, count: column.count)
                found[labels] = (
                    Array(slice.times[column.firstTime..<column.firstTime + column.count]), Array(values)
                )
            }
        }
        return found
    }

    private mutating func write(_ labels: Labels, _ column: Column) throws {
        report.series += 1
        report.samples += column.times.count
        switch form {
        case .openmetrics:
            let series = OpenMetricsText.series(labels)
            for (time, value) in zip(column.times, column.values) {
                OpenMetricsText.append(series, value, time, to: buffer)
                if buffer.count >= 1 << 16 { try flush() }
            }
        case .jsonl:
            SampleLines.append(labels, column.times, column.values, to: buffer)
            if buffer.count >= 1 << 16 { try flush() }
        }
    }

    private func flush() throws {
        try write(buffer.bytes)
        buffer.removeAll()
    }
}
