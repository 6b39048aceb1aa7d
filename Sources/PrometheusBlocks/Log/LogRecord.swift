import Model

/// A record of Prometheus's log, as far as it is of use here. Series go by the log's own numbers.
package enum LogRecord {
    package struct Kinds: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let series = Kinds(rawValue: 1)
        package static let samples = Kinds(rawValue: 2)
        package static let deletions = Kinds(rawValue: 4)
        package static let histograms = Kinds(rawValue: 8)
    }

    case series([(series: UInt64, labels: Labels)])
    case samples(LogSamples)
    /// Both ends included.
    case deletions([(series: UInt64, first: Int64, last: Int64)])
    /// The series of each histogram.
    case histograms([UInt64])
}

/// Samples of one record, in its order: what one scrape or one request brought. Used again for the next record.
package final class LogSamples {
    package internal(set) var series: [UInt64] = []
    package internal(set) var times: [Int64] = []
    package internal(set) var values: [Double] = []

    func removeAll() {
        series.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    func append(_ number: UInt64, _ time: Int64, _ bits: UInt64) {
        series.append(number)
        times.append(time)
        values.append(Double(bitPattern: bits))
    }
}
