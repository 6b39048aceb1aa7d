import Model
import TestSupport
import Testing

/// Samples of one time come side by side.
struct AppendBatchOrderTests {
    private func sorted(_ times: [Int64]) -> AppendBatch.Part {
        var part = AppendBatch.Part(
            origin: Origin(.remote, key: 1), time: 0, times: times,
            references: times.indices.map { SeriesReference(UInt32($0)) }, values: times.indices.map { Double($0) })
        part.sortByTime()
        return part
    }

    private func expected(_ times: [Int64]) -> [Int] { times.indices.sorted { (times[$0], $0) < (times[$1], $1) } }

    private func check(_ times: [Int64], _ context: String = "") {
        let part = sorted(times)
        let order = expected(times)
        #expect(part.times == order.map { times[$0] }, "\(context)")
        #expect(part.references.map { Int($0.rawValue) } == order, "\(context)")
        #expect(part.values.map { Int($0) } == order, "\(context)")
    }

    @Test func seriesBySeries() {
        check([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4])
        check([1, 2, 3, 2, 3, 4, 5, 1])
        check([5, 4, 3, 2, 1])
        check([])
        check([7])
        check([.max, .min, 0, .min])
    }

    @Test(arguments: UInt64(1)...200)
    func anyOrder(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let range = Int64.random(in: 0...60, using: &random)
        let times = (0..<Int.random(in: 0...80, using: &random)).map { _ in
            Int64.random(in: -range...range, using: &random)
        }
        check(times, "seed \(seed)")
    }
}
