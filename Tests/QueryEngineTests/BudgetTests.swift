import Model
import TestSupport
import Testing

@testable import QueryEngine

/// Memory is taken, named when it is too much, and given back.
struct BudgetTests {
    private func text(_ body: () throws(QueryError) -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return error.description
        }
    }

    @Test func reservationsGrowAndEnd() throws {
        let pool = MemoryPool(limit: 100 << 20)
        var budget: Budget? = Budget(maxSamples: 1000, maxBytes: 50 << 20, pool: pool)
        var room = try budget?.reserve(samples: 10, purpose: "x")
        try room?.resize(samples: 500, bytes: 40 << 20, purpose: "x")
        #expect(budget?.use.bytes == 40 << 20)
        #expect(pool.free == 60 << 20)
        try room?.resize(samples: 5, bytes: 100, purpose: "x")
        budget?.settle()
        #expect(pool.free > 90 << 20)
        #expect(budget?.use.peakBytes == 40 << 20)
        #expect(budget?.use.peakSamples == 500)
        room = nil
        budget = nil
        #expect(pool.free == 100 << 20)
    }

    /// A room often goes the moment before its memory is freed, so other queries may have it only after that.
    @Test func othersGetRoomWhenItsMemoryIsFree() throws {
        let pool = MemoryPool(limit: 100 << 20)
        let budget = Budget(maxSamples: 1000, maxBytes: 50 << 20, pool: pool)
        var room: Reservation? = try budget.reserve(samples: 0, bytes: 40 << 20, purpose: "x")
        room = nil
        #expect(budget.use.bytes == 0 && room == nil)
        #expect(pool.free == 60 << 20)
        let next = try budget.reserve(samples: 0, bytes: 10 << 20, purpose: "x")
        #expect(pool.free == 90 << 20)
        withExtendedLifetime(next) {}
    }

    @Test func failuresNameTheNumbers() throws {
        let pool = MemoryPool(limit: 3000)
        let budget = Budget(maxSamples: 100, maxBytes: 2000, pool: pool)
        let other = Budget(maxSamples: 100, maxBytes: 2000, pool: pool)
        let room = try budget.reserve(samples: 50, bytes: 1500, purpose: "first")
        #expect(
            text { () throws(QueryError) in _ = try budget.reserve(samples: 0, bytes: 600, purpose: "up with 3 series")
            }
                == "query needs too much memory: up with 3 series takes 600 bytes, 1500 are in use, the limit is 2000")
        #expect(
            text { () throws(QueryError) in _ = try other.reserve(samples: 0, bytes: 1600, purpose: "up with 3 series")
            }
                == "query needs too much memory: up with 3 series takes 1600 bytes, 0 are in use, the limit is 3000 "
                + "for all queries, 1500 of it is free")
        #expect(
            text { () throws(QueryError) in _ = try budget.reserve(samples: 51, bytes: 0, purpose: "up with 3 series") }
                == "query processing would load too many samples into memory in expression evaluation: up with 3 series, "
                + "50 samples are held, the limit is 100")
        withExtendedLifetime(room) {}
    }

    /// Results hold their room until they go away, failures hold none.
    @Test func nothingIsLeftBehind() throws {
        let data = RandomData(seed: 3)
        var options = EngineOptions()
        options.maxMemory = 200_000
        let engine = data.engine(options: options)
        var results: [QueryResult] = []
        var failures = 0
        for query in [
            "temperature", "rate(requests_total[5m])", "sum by (zone) (temperature)", "topk(2, temperature)",
            "temperature + on (instance, zone) temperature", "quantile(0.5, temperature)", "temperature or vector(1)",
            "max_over_time(temperature[10m:30s])", "count_values(\"x\", temperature)",
        ] {
            for step in [1000, 15_000, 300_000] as [Int64] {
                do {
                    results.append(try engine.range(query, start: 0, end: 1_500_000, step: step))
                    #expect(engine.memory.taken > 0)
                } catch {
                    failures += 1
                    #expect(error.description.contains("query needs too much memory: "), "\(error)")
                }
            }
        }
        #expect(failures > 0)
        #expect(results.count > 5)
        results = []
        #expect(engine.memory.taken == 0)
    }
}
