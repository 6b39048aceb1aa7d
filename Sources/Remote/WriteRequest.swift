import Model
import Platform

/// A decoded body of remote write 1.0 (`prometheus.WriteRequest`): series as ranges of flat arrays, so that decoding
/// allocates nothing per sample. Labels are not taken apart: a series that is known is found by their bytes. Points
/// into the body it was decoded from, which must outlive it.
package struct WriteRequest {
    package struct Series {
        /// The whole message.
        fileprivate var message: UnsafeRawBufferPointer
        /// Of the label fields as they were sent: equal bytes are equal labels.
        package var fingerprint: UInt64
        package var samples: Range<Int>
    }

    package typealias Label = (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)

    package private(set) var times: [Int64] = []
    package private(set) var values: [Double] = []
    package private(set) var series: [Series] = []
    private(set) var histograms = 0
    private(set) var exemplars = 0
    private let seed: UInt64

    /// Fails when the bytes are no such message.
    /// - Parameter seed: of fingerprints; who can guess it can make those of different labels equal.
    package init(_ body: UnsafeRawBufferPointer, seed: UInt64) throws(ProtobufReader.Problem) {
        self.seed = seed
        var reader = ProtobufReader(body)
        while let (number, field) = try reader.next() {
            // Field 3 is metadata; it is taken with remote write 2.0.
            if number == 1, case .bytes(let message) = field { try readSeries(message) }
        }
    }

    private mutating func readSeries(_ message: UnsafeRawBufferPointer) throws(ProtobufReader.Problem) {
        let firstSample = times.count
        var fingerprint = seed
        var reader = ProtobufReader(message)
        // Labels follow one another: they are hashed together.
        var labelsFrom = 0
        var labelsTo = 0
        while let (number, field) = try reader.next() {
            guard case .bytes(let part) = field else { continue }
            if number == 1 {
                labelsTo = reader.offset(in: message)
                continue
            }
            if labelsTo > labelsFrom { fingerprint = Self.hash(message[labelsFrom..<labelsTo], fingerprint) }
            labelsFrom = reader.offset(in: message)
            labelsTo = labelsFrom
            switch number {
            case 2: try readSample(part)
            case 3: exemplars += 1
            case 4: histograms += 1
            default: continue
            }
        }
        if labelsTo > labelsFrom { fingerprint = Self.hash(message[labelsFrom..<labelsTo], fingerprint) }
        series.append(Series(message: message, fingerprint: fingerprint, samples: firstSample..<times.count))
    }

    private static func hash(_ bytes: Swift.Slice<UnsafeRawBufferPointer>, _ seed: UInt64) -> UInt64 {
        StableHash.hash(UnsafeRawBufferPointer(rebasing: bytes), seed: seed)
    }

    /// Names and values in the order they were sent; only here they are looked into.
    package func labels(of series: Series) throws(ProtobufReader.Problem) -> [Label] {
        var labels: [Label] = []
        var reader = ProtobufReader(series.message)
        while let (number, field) = try reader.next() {
            if number == 1, case .bytes(let part) = field { labels.append(try Self.label(part)) }
        }
        return labels
    }

    private static func label(_ message: UnsafeRawBufferPointer) throws(ProtobufReader.Problem) -> Label {
        var reader = ProtobufReader(message)
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        var label = (name: nothing, value: nothing)
        while let (number, field) = try reader.next() {
            guard case .bytes(let text) = field else { continue }
            if number == 1 { label.name = text }
            if number == 2 { label.value = text }
        }
        return label
    }

    private mutating func readSample(_ message: UnsafeRawBufferPointer) throws(ProtobufReader.Problem) {
        var value = 0.0
        var time: Int64 = 0
        if !Self.readUsualSample(message, &value, &time) {
            var reader = ProtobufReader(message)
            while let (number, field) = try reader.next() {
                switch (number, field) {
                case (1, .fixed64(let bits)): value = Double(bitPattern: bits)
                case (2, .varint(let milliseconds)): time = Int64(bitPattern: milliseconds)
                default: continue
                }
            }
        }
        times.append(time)
        values.append(value.isAbsent ? .ordinaryNaN : value)
    }

    /// Value and then time, as all senders write them; false for anything else.
    @inline(__always)
    private static func readUsualSample(
        _ message: UnsafeRawBufferPointer, _ value: inout Double, _ time: inout Int64
    ) -> Bool {
        guard message.count > 10, let base = message.baseAddress, base.load(as: UInt8.self) == 1 << 3 | 1,
            base.load(fromByteOffset: 9, as: UInt8.self) == 2 << 3
        else { return false }
        var cursor = base + 10
        let end = base + message.count
        guard let milliseconds = Varint.decode(&cursor, end: end), cursor == end else { return false }
        value = Double(bitPattern: UInt64(littleEndian: base.loadUnaligned(fromByteOffset: 1, as: UInt64.self)))
        time = Int64(bitPattern: milliseconds)
        return true
    }
}
