import TestSupport
import Testing

/// A smoke of `make sim`: random batches, failing disks, crashes, restarts against an oracle.
struct SimulationTests {
    @Test(arguments: Array(stride(from: UInt64(1), through: 41, by: 10)))
    func nothingIsLost(_ first: UInt64) throws {
        for seed in first..<first + 10 {
            var simulation = StorageSimulation(seed: seed)
            try simulation.run()
        }
    }

    @Test func skippedSyncIsCaught() {
        #expect(throws: SampleMismatch.self) {
            for seed in 1...UInt64(50) {
                var simulation = StorageSimulation(seed: seed, skipsSync: true)
                try simulation.run()
            }
        }
    }
}
