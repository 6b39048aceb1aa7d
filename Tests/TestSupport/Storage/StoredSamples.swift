import Model
import Storage

/// All samples of a store or of an oracle: per label set the values' bits by time.
package typealias StoredSamples = [Labels: [Int64: UInt64]]

extension SeriesSource {
    /// Everything in a range, read as a query does. Checks on the way what every slice must hold.
    package func samples(
        _ matchers: [LabelMatcher] = [], from start: Int64 = .min, to end: Int64 = .max, keepsStaleMarkers: Bool = true
    ) throws -> StoredSamples {
        let request = SelectRequest(
            matchers: matchers, start: start, end: end, keepsStaleMarkers: keepsStaleMarkers)
        return try snapshot().samples(request)
    }
}

extension SeriesSnapshot {
    package func samples(_ request: SelectRequest) throws -> StoredSamples {
        let selection = try select(request)
        let slice = Slice()
        var all: StoredSamples = [:]
        var seen: Set<Int> = []
        for unit in 0..<selection.unitCount {
            try selection.read(unit: unit, into: slice)
            for column in slice.columns {
                guard seen.insert(column.series).inserted else {
                    throw SampleMismatch("series \(selection.labels(of: column.series)) is delivered twice")
                }
                if column.isShared && column.firstTime + column.count > slice.sharedRows {
                    throw SampleMismatch("a shared column reaches beyond the shared times")
                }
                var samples: [Int64: UInt64] = [:]
                var last: Int64?
                for index in 0..<column.count {
                    let time = slice.times[column.firstTime + index]
                    let value = slice.values[column.firstValue + index]
                    if let last, time <= last { throw SampleMismatch("times do not increase at \(time)") }
                    if value.isAbsent { throw SampleMismatch("an absent cell is delivered at \(time)") }
                    if time < request.start || time > request.end { throw SampleMismatch("\(time) was not asked for") }
                    last = time
                    samples[time] = value.bitPattern
                }
                let labels = selection.labels(of: column.series)
                if all.updateValue(samples, forKey: labels) != nil { throw SampleMismatch("\(labels) is found twice") }
            }
        }
        return all
    }
}

/// Two sets of samples differ, or a slice breaks its rules.
package struct SampleMismatch: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }

    /// Throws when the samples differ, naming the first differences.
    package static func check(_ found: StoredSamples, equals expected: StoredSamples, _ context: String) throws {
        var differences: [String] = []
        for (labels, times) in expected {
            for (time, bits) in times where found[labels]?[time] != bits {
                let other = found[labels]?[time].map { "\(Double(bitPattern: $0))" } ?? "nothing"
                differences.append("\(labels) at \(time): expected \(Double(bitPattern: bits)), found \(other)")
            }
        }
        for (labels, times) in found {
            for (time, bits) in times where expected[labels]?[time] == nil {
                differences.append("\(labels) at \(time): unexpected \(Double(bitPattern: bits))")
            }
        }
        if differences.isEmpty { return }
        let first = differences.sorted().prefix(5).joined(separator: "; ")
        throw SampleMismatch("\(context): \(differences.count) differences: \(first)")
    }
}
