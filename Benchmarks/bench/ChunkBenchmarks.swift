import Chunks
import Platform
import TestSupport

/// Encodes and decodes the columns of 1,000 series as a node exporter has them: 316 constant ones, 448 of
/// integers, 236 with decimals, about half of which change from row to row.
func chunkBenchmarks() {
    for rows in [32, 480] {
        let columns = mixedColumns(rows: rows, seed: 1)
        let samples = Double(columns.count * rows)
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
        print(
            "value chunks of \(rows) rows: encode \(nanoseconds(encoding / samples)) ns/sample, "
                + "decode \(nanoseconds(decoding / samples)) ns/sample, "
                + "\(nanoseconds(Double(buffer.count) / samples)) B/sample\(failures > 0 ? ", FAILED" : "")")
    }
    timestampBenchmark()
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

private func mixedColumns(rows: Int, seed: UInt64) -> [[Double]] {
    var random = SeededRandom(seed: seed)
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
