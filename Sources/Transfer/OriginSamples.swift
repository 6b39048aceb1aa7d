import Model

/// Samples of one origin, collected series by series and handed on in the order of time, so that those of one moment
/// share a row. Not thread safe.
final class OriginSamples {
    /// One commit holds about so many.
    private static let commitSize = 1 << 18

    private(set) var times: [Int64] = []
    private(set) var references: [SeriesReference] = []
    private(set) var values: [Double] = []

    var count: Int { times.count }

    func append(_ reference: SeriesReference, _ time: Int64, _ value: Double) {
        times.append(time)
        references.append(reference)
        values.append(value)
    }

    /// Appends a run of samples of one series.
    func append(
        _ reference: SeriesReference, _ newTimes: UnsafeBufferPointer<Int64>, _ newValues: UnsafeBufferPointer<Double>
    ) {
        times.append(contentsOf: newTimes)
        values.append(contentsOf: newValues)
        references.append(contentsOf: repeatElement(reference, count: newTimes.count))
    }

    /// Hands all samples over in the order of time, those of one moment in the order in which they came, and forgets
    /// them.
    func drain(to sink: ImportSink, origin: Origin) throws(AppendError) {
        let order = orderByTime()
        var start = 0
        while start < order.count {
            let end = min(start + Self.commitSize, order.count)
            var part = AppendBatch.Part(origin: origin, time: 0)
            part.times.reserveCapacity(end - start)
            part.references.reserveCapacity(end - start)
            part.values.reserveCapacity(end - start)
            for index in order[start..<end] {
                part.times.append(times[Int(index)])
                part.references.append(references[Int(index)])
                part.values.append(values[Int(index)])
            }
            try sink.append(AppendBatch(parts: [part]))
            start = end
        }
        times.removeAll(keepingCapacity: true)
        references.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    /// Indices in the order of time: a radix sort from the lowest of 11-bit digits on, which keeps equal times in
    /// their order and needs two or three passes for some hours.
    private func orderByTime() -> [UInt32] {
        var order = [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer.initializeElement(at: index, to: UInt32(index)) }
            initialized = count
        }
        guard let first = times.min(), let last = times.max(), first < last else { return order }
        let span = UInt64(bitPattern: last &- first)
        var other = order
        var shift: UInt64 = 0
        while shift < 64, span >> shift > 0 {
            Self.pass(order, into: &other, times, first, shift)
            swap(&order, &other)
            shift += Self.digitBits
        }
        return order
    }

    private static let digitBits: UInt64 = 11

    private static func pass(
        _ order: [UInt32], into output: inout [UInt32], _ times: [Int64], _ first: Int64, _ shift: UInt64
    ) {
        let mask: UInt64 = 1 << digitBits - 1
        var starts = [Int](repeating: 0, count: 1 << Int(digitBits))
        times.withUnsafeBufferPointer { times in
            order.withUnsafeBufferPointer { order in
                output.withUnsafeMutableBufferPointer { output in
                    for index in order {
                        starts[Int(UInt64(bitPattern: times[Int(index)] &- first) >> shift & mask)] += 1
                    }
                    var sum = 0
                    for digit in starts.indices {
                        let size = starts[digit]
                        starts[digit] = sum
                        sum += size
                    }
                    for index in order {
                        let digit = Int(UInt64(bitPattern: times[Int(index)] &- first) >> shift & mask)
                        output[starts[digit]] = index
                        starts[digit] += 1
                    }
                }
            }
        }
    }
}
