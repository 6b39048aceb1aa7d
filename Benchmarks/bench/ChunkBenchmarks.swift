import Chunks
import Platform
import TestSupport
import Workload

/// Encodes and decodes the columns of a made-up node exporter, as groups of the head (32 rows), as blocks of two hours
/// (480 rows) and as the largest groups of blocks, kind by kind. Integers and decimals share a codec.
func chunkBenchmarks() {
    for rows in [32, 480, 1024] {
        let columns = workloadColumns(rows: rows)
        valueBenchmark("all", columns.map(\.values))
        for kind in ["constant", "counter", "bucket", "fractional counter", "gauge"] {
            valueBenchmark(kind, columns.filter { $0.kind == kind }.map(\.values))
        }
        relativeBenchmark(columns.filter { $0.kind == "bucket" }.map(\.values))
        valueBenchmark("random floats", randomColumns(rows: rows))
    }
    valueBenchmark("random changes", changingColumns(rows: 480))
    timestampBenchmark()
}

private struct Column {
    var kind: String
    var values: [Double]
}

private func valueBenchmark(_ name: String, _ columns: [[Double]]) {
    guard let rows = columns.first?.count else { return }
    let buffer = ByteBuffer()
    var ends: [Int] = []
    let encoding = shortest {
        buffer.removeAll()
        ends.removeAll(keepingCapacity: true)
        for column in columns {
            column.withUnsafeBufferPointer { ValueChunk.encode($0, into: buffer) }
            ends.append(buffer.count)
        }
    }
    let output = UnsafeMutablePointer<Double>.allocate(capacity: rows)
    defer { output.deallocate() }
    var failures = 0
    let decoding = shortest {
        var start = 0
        for end in ends {
            let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<end])
            do { try ValueChunk.decode(bytes, count: rows, into: output) } catch { failures += 1 }
            start = end
        }
    }
    report(name, rows, Double(columns.count * rows), buffer.count, encoding, decoding, failures)
}

/// Buckets as differences to the bucket below.
private func relativeBenchmark(_ columns: [[Double]]) {
    guard let rows = columns.first?.count else { return }
    let buffer = ByteBuffer()
    var ends: [Int] = []
    let encoding = shortest {
        buffer.removeAll()
        ends.removeAll(keepingCapacity: true)
        for index in columns.indices {
            columns[index].withUnsafeBufferPointer { column in
                if index % 12 == 0 { return ValueChunk.encode(column, into: buffer) }
                columns[index - 1].withUnsafeBufferPointer { neighbour in
                    _ = ValueChunk.encode(column, relativeTo: neighbour, into: buffer)
                }
            }
            ends.append(buffer.count)
        }
    }
    let output = UnsafeMutablePointer<Double>.allocate(capacity: 2 * rows)
    defer { output.deallocate() }
    var failures = 0
    let decoding = shortest {
        var start = 0
        for (index, end) in ends.enumerated() {
            let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<end])
            let target = output + index % 2 * rows
            let neighbour = UnsafeBufferPointer(start: output + (index + 1) % 2 * rows, count: rows)
            do {
                if index % 12 == 0 {
                    try ValueChunk.decode(bytes, count: rows, into: target)
                } else {
                    try ValueChunk.decode(bytes, relativeTo: neighbour, into: target)
                }
            } catch { failures += 1 }
            start = end
        }
    }
    report("bucket, relative", rows, Double(columns.count * rows), buffer.count, encoding, decoding, failures)
}

private func report(
    _ name: String, _ rows: Int, _ samples: Double, _ bytes: Int, _ encoding: Double, _ decoding: Double,
    _ failures: Int
) {
    print(
        "value chunks of \(rows) rows, \(name): encode \(nanoseconds(encoding / samples)) ns/sample, "
            + "decode \(nanoseconds(decoding / samples)) ns/sample, "
            + "\(nanoseconds(Double(bytes) / samples)) B/sample\(failures > 0 ? ", FAILED" : "")")
}

private func timestampBenchmark() {
    var random = SeededRandom(seed: 2)
    let rows = 480
    let times = (0..<rows).map { 1_700_000_000_000 + 15_000 * Int64($0) + Int64.random(in: -3...3, using: &random) }
    let buffer = ByteBuffer()
    let encoding = shortest {
        for _ in 0..<200 {
            buffer.removeAll()
            times.withUnsafeBufferPointer { TimestampChunk.encode($0, into: buffer) }
        }
    }
    let output = UnsafeMutablePointer<Int64>.allocate(capacity: rows)
    defer { output.deallocate() }
    let decoding = shortest {
        for _ in 0..<200 { try? TimestampChunk.decode(buffer.bytes, count: rows, into: output) }
    }
    let samples = Double(200 * rows)
    print(
        "timestamp chunk, jitter of 3 ms: encode \(nanoseconds(encoding / samples)) ns/row, "
            + "decode \(nanoseconds(decoding / samples)) ns/row, "
            + "\(nanoseconds(Double(buffer.count) / Double(rows))) B/row"
    )
}

private func workloadColumns(rows: Int) -> [Column] {
    let workload = Workload(targets: 1, seriesPerTarget: 1000, interval: 15_000)
    let start = workload.tick(at: 1_700_000_000_000)
    return (0..<workload.seriesPerTarget).map { index in
        let kind =
            switch WorkloadSeries.shape(of: index) {
            case .constant: "constant"
            case .counter: "counter"
            case .fractionalCounter: "fractional counter"
            case .gauge: "gauge"
            case .bucket: "bucket"
            }
        let values = (0..<rows).map { workload.value(target: 0, series: index, tick: start + Int64($0)) }
        return Column(kind: kind, values: values)
    }
}

private func randomColumns(rows: Int) -> [[Double]] {
    var random = SeededRandom(seed: 3)
    return (0..<100).map { _ in (0..<rows).map { _ in Double.random(in: 0..<1, using: &random) } }
}

/// 316 constant columns, 448 of integers and 236 of cents; every value of the last two kinds changes with a chance of
/// one in two, by at most 1, 10, 500 or 20,000.
private func changingColumns(rows: Int) -> [[Double]] {
    var random = SeededRandom(seed: 1)
    return (0..<1000).map { series in
        var value = Double(Int.random(in: 0...5_000_000, using: &random))
        let step = Int(random.pick([1, 10, 500, 20_000] as [Double]))
        if series >= 764 { value /= 100 }
        return (0..<rows).map { _ in
            if series >= 316 && random.oneIn(2) {
                let change = Double(Int.random(in: 1...step, using: &random))
                value = series < 764 ? value + change : ((value * 100).rounded() + change) / 100
            }
            return value
        }
    }
}
