import Model
import Platform
import Synchronization
import Telemetry

/// `process_*`: what the kernel says about this process, read once per scrape.
final class ProcessMetrics: Sendable {
    private let clock: any TimeSource
    private let last = Mutex<(time: UInt64, statistics: ProcessStatistics)?>(nil)

    /// Nanoseconds that a reading serves; all metrics of one page come out of one reading.
    private static let lifetime: UInt64 = 100_000_000

    init(clock: any TimeSource) { self.clock = clock }

    func register(on registry: MetricRegistry) {
        registry.computed(
            "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", type: "counter"
        ) { self.value { $0.processorSeconds } }
        registry.computed("process_max_fds", "Maximum number of open file descriptors.") {
            self.value { Double($0.maximumOpenFiles) }
        }
        registry.computed("process_open_fds", "Number of open file descriptors.") {
            self.value { Double($0.openFiles) }
        }
        registry.computed("process_resident_memory_bytes", "Resident memory size in bytes.") {
            self.value { Double($0.residentBytes) }
        }
        registry.computed(
            "apus_process_anonymous_memory_bytes", "Resident memory that belongs to no file, in bytes."
        ) { self.value { Double($0.anonymousBytes) } }
        registry.computed(
            "process_start_time_seconds", "Start time of the process since unix epoch in seconds."
        ) { self.value { $0.startTime } }
        registry.computed("process_virtual_memory_bytes", "Virtual memory size in bytes.") {
            self.value { Double($0.virtualBytes) }
        }
    }

    private func value(_ pick: (ProcessStatistics) -> Double) -> Double {
        let now = clock.monotonicNanoseconds()
        let statistics = last.withLock { last -> ProcessStatistics? in
            if let last, now - last.time < Self.lifetime { return last.statistics }
            guard let fresh = ProcessStatistics.current() else { return nil }
            last = (now, fresh)
            return fresh
        }
        return statistics.map(pick) ?? .ordinaryNaN
    }
}
