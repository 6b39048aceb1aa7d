import Model

/// A decoded body of remote write 1.0 (`prometheus.WriteRequest`): series as ranges of flat arrays, so that decoding
/// allocates nothing per sample. Points into the body it was decoded from, which must outlive it.
package struct WriteRequest {
    package struct Series {
        /// The label messages as sent, one behind the other: equal bytes are equal labels.
        package var labels: Range<Int>
        package var samples: Range<Int>
    }

    /// Names and values of all series, in the order they were sent.
    private(set) var labels: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)] = []
    package private(set) var times: [Int64] = []
    package private(set) var values: [Double] = []
    package private(set) var series: [Series] = []
    private(set) var histograms = 0
    private(set) var exemplars = 0

    /// Fails when the bytes are no such message.
    package init(_ body: UnsafeRawBufferPointer) throws(ProtobufReader.Problem) {
        var reader = ProtobufReader(body)
        while let (number, field) = try reader.next() {
            // Field 3 is metadata; it is taken with remote write 2.0.
            if number == 1, case .bytes(let message) = field { try readSeries(message) }
        }
    }

    private mutating func readSeries(_ message: UnsafeRawBufferPointer) throws(ProtobufReader.Problem) {
        let firstLabel = labels.count
        let firstSample = times.count
        var reader = ProtobufReader(message)
        while let (number, field) = try reader.next() {
            guard case .bytes(let part) = field else { continue }
            switch number {
            case 1: try readLabel(part)
            case 2: try readSample(part)
            case 3: exemplars += 1
            case 4: histograms += 1
            default: continue
            }
        }
        series.append(Series(labels: firstLabel..<labels.count, samples: firstSample..<times.count))
    }

    private mutating func readLabel(_ message: UnsafeRawBufferPointer) throws(ProtobufReader.Problem) {
        var reader = ProtobufReader(message)
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        var label = (name: nothing, value: nothing)
        while let (number, field) = try reader.next() {
            guard case .bytes(let text) = field else { continue }
            if number == 1 { label.name = text }
            if number == 2 { label.value = text }
        }
        labels.append(label)
    }

    private mutating func readSample(_ message: UnsafeRawBufferPointer) throws(ProtobufReader.Problem) {
        var reader = ProtobufReader(message)
        var value = 0.0
        var time: Int64 = 0
        while let (number, field) = try reader.next() {
            switch (number, field) {
            case (1, .fixed64(let bits)): value = Double(bitPattern: bits)
            case (2, .varint(let milliseconds)): time = Int64(bitPattern: milliseconds)
            default: continue
            }
        }
        times.append(time)
        values.append(value.isAbsent ? .ordinaryNaN : value)
    }
}
