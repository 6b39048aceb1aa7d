import Model
import Platform

/// Reads the payload of records. Their layouts: Prometheus's tsdb/docs/format/wal.md, those of the second generation
/// (with start times) tsdb/record/record.go. Exemplars, metadata and marks of mapped chunks are ignored. Not thread
/// safe.
final class LogDecoder {
    private enum Kind: UInt8 {
        case series = 1
        case samples = 2
        case deletions = 3
        case histograms = 7
        case floatHistograms = 8
        case customHistograms = 9
        case customFloatHistograms = 10
        case samplesWithStart = 11
        case histogramsWithStart = 12
        case floatHistogramsWithStart = 13

        var group: LogRecord.Kinds {
            switch self {
            case .series: return .series
            case .samples, .samplesWithStart: return .samples
            case .deletions: return .deletions
            default: return .histograms
            }
        }
    }

    private let wanted: LogRecord.Kinds
    private let samples = LogSamples()

    init(_ wanted: LogRecord.Kinds) { self.wanted = wanted }

    /// Nil for a record that is not wanted.
    func decode(_ record: FieldReader) throws(PrometheusDataError) -> LogRecord? {
        var reader = record
        guard let kind = Kind(rawValue: try reader.integer(UInt8.self)), wanted.contains(kind.group) else { return nil }
        if reader.isAtEnd { return nil }
        switch kind {
        case .series: return .series(try readSeries(&reader))
        case .samples: return .samples(try readSamples(&reader))
        case .samplesWithStart: return .samples(try readSamplesWithStart(&reader))
        case .deletions: return .deletions(try readDeletions(&reader))
        case .histograms, .customHistograms: return .histograms(try readHistograms(&reader, isFloat: false))
        case .floatHistograms, .customFloatHistograms: return .histograms(try readHistograms(&reader, isFloat: true))
        case .histogramsWithStart: return .histograms(try readHistogramsWithStart(&reader, isFloat: false))
        case .floatHistogramsWithStart: return .histograms(try readHistogramsWithStart(&reader, isFloat: true))
        }
    }

    private func readSeries(_ reader: inout FieldReader) throws(PrometheusDataError) -> [(UInt64, Labels)] {
        var result: [(UInt64, Labels)] = []
        var fields: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)] = []
        while !reader.isAtEnd {
            let number = try reader.integer(UInt64.self)
            fields.removeAll(keepingCapacity: true)
            for _ in 0..<(try reader.count(size: 2)) {
                let name = try reader.field()
                let value = try reader.field()
                if let last = fields.last, Labels.compare(last.name, name) >= 0 {
                    throw reader.failure("the labels of a series are not in order")
                }
                if !value.isEmpty { fields.append((name, value)) }
            }
            result.append((number, Labels(encodedFrom: fields)))
        }
        return result
    }

    /// Number and time of the first sample, then all samples against those.
    private func readSamples(_ reader: inout FieldReader) throws(PrometheusDataError) -> LogSamples {
        samples.removeAll()
        let number = try reader.integer(UInt64.self)
        let time = try reader.integer(Int64.self)
        while !reader.isAtEnd {
            let series = number &+ UInt64(bitPattern: try reader.varint())
            let moment = time &+ (try reader.varint())
            samples.append(series, moment, try reader.integer(UInt64.self))
        }
        return samples
    }

    private func readSamplesWithStart(_ reader: inout FieldReader) throws(PrometheusDataError) -> LogSamples {
        samples.removeAll()
        var head = StartedHead()
        while !reader.isAtEnd {
            try head.read(&reader)
            samples.append(head.series, head.time, try reader.integer(UInt64.self))
        }
        return samples
    }

    private func readDeletions(_ reader: inout FieldReader) throws(PrometheusDataError) -> [(UInt64, Int64, Int64)] {
        var result: [(UInt64, Int64, Int64)] = []
        while !reader.isAtEnd {
            result.append((try reader.integer(UInt64.self), try reader.varint(), try reader.varint()))
        }
        return result
    }

    private func readHistograms(_ reader: inout FieldReader, isFloat: Bool) throws(PrometheusDataError) -> [UInt64] {
        var result: [UInt64] = []
        let number = try reader.integer(UInt64.self)
        _ = try reader.integer(Int64.self)
        while !reader.isAtEnd {
            result.append(number &+ UInt64(bitPattern: try reader.varint()))
            _ = try reader.varint()
            try skipHistogram(&reader, isFloat)
        }
        return result
    }

    private func readHistogramsWithStart(
        _ reader: inout FieldReader, isFloat: Bool
    ) throws(PrometheusDataError) -> [UInt64] {
        var result: [UInt64] = []
        var head = StartedHead()
        while !reader.isAtEnd {
            try head.read(&reader)
            result.append(head.series)
            try skipHistogram(&reader, isFloat)
        }
        return result
    }

    /// Buckets with bounds of their own, listed at the end.
    private static let customSchema: Int64 = -53

    private func skipHistogram(_ reader: inout FieldReader, _ isFloat: Bool) throws(PrometheusDataError) {
        _ = try reader.integer(UInt8.self)
        let schema = try reader.varint()
        _ = try reader.take(8)
        // Zero count and count.
        for _ in 0..<2 { try skipNumber(&reader, isFloat) }
        _ = try reader.take(8)
        // Spans, positive and negative: offset and length.
        for _ in 0..<2 {
            for _ in 0..<(try reader.count(size: 2)) {
                _ = try reader.uvarint()
                _ = try reader.uvarint()
            }
        }
        // Buckets, positive and negative.
        for _ in 0..<2 {
            for _ in 0..<(try reader.count(size: 1)) { try skipNumber(&reader, isFloat) }
        }
        if schema == Self.customSchema { _ = try reader.take(try reader.count(size: 8) * 8) }
    }

    private func skipNumber(_ reader: inout FieldReader, _ isFloat: Bool) throws(PrometheusDataError) {
        if isFloat { _ = try reader.take(8) } else { _ = try reader.uvarint() }
    }
}

/// Series, time and start time in records of the second generation: the first entry in full, the series of the others
/// against the one before, their times against the first.
private struct StartedHead {
    private(set) var series: UInt64 = 0
    private(set) var time: Int64 = 0
    private var firstTime: Int64?

    mutating func read(_ reader: inout FieldReader) throws(PrometheusDataError) {
        series &+= UInt64(bitPattern: try reader.varint())
        time = (firstTime ?? 0) &+ (try reader.varint())
        if firstTime == nil {
            firstTime = time
            _ = try reader.varint()
            return
        }
        // 0: no start time; 1: as before; else it follows.
        let mark = try reader.integer(UInt8.self)
        if mark > 1 { _ = try reader.varint() }
    }
}
