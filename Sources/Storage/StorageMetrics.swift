import Model
import Telemetry

/// The store's metrics, under Prometheus's names where it has the same thing.
struct StorageMetrics: Sendable {
    let appended: Counter
    let seriesCreated: Counter
    let seriesRemoved: Counter
    let seriesRefused: Counter
    let labelsRefused: Counter
    let repeated: Counter
    let duplicates: Counter
    let outOfOrder: Counter
    let tooOld: Counter
    let tooFarAhead: Counter
    let lateMarkers: Counter
    let walWritesFailed: Counter
    let walSyncSeconds: Histogram
    let groupsSealed: Counter
    let sealFailures: Counter
    let flushSeconds: Histogram
    let compactions: Counter
    let compactionsFailed: Counter
    let compactionSeconds: Histogram
    let compactionPauses: Histogram
    let damagedBlocks: Counter
    let timeRetentions: Counter
    let sizeRetentions: Counter

    init(_ registry: MetricRegistry, figures: @escaping @Sendable () -> DatabaseFigures) {
        appended = registry.counter(
            "prometheus_tsdb_head_samples_appended_total", "Total number of appended samples.")
        seriesCreated = registry.counter(
            "prometheus_tsdb_head_series_created_total", "Total number of series created in the head")
        seriesRemoved = registry.counter(
            "prometheus_tsdb_head_series_removed_total", "Total number of series removed in the head")
        func refusedSeries(_ limit: String) -> Counter {
            registry.counter(
                "apus_tsdb_series_refused_total", "New series refused because of a limit of the store.",
                labels: Labels(["limit": limit]))
        }
        seriesRefused = refusedSeries("series")
        labelsRefused = refusedSeries("labels")
        repeated = registry.counter(
            "apus_tsdb_repeated_samples_total", "Samples that were stored already, with the same value.")
        duplicates = registry.counter(
            "apus_tsdb_duplicate_samples_total", "Samples refused because their time has another value.")
        outOfOrder = registry.counter(
            "prometheus_tsdb_out_of_order_samples_total",
            "Total number of out of order samples ingestion failed attempts due to out of order being disabled.")
        tooOld = registry.counter(
            "prometheus_tsdb_too_old_samples_total",
            "Total number of out of order samples ingestion failed attempts with out of support enabled, but sample "
                + "outside of time window.")
        tooFarAhead = registry.counter(
            "apus_tsdb_too_far_ahead_samples_total", "Samples refused because they are more than ten minutes ahead.")
        lateMarkers = registry.counter(
            "apus_tsdb_late_stale_markers_total", "Stale markers dropped because a newer sample was there.")
        walWritesFailed = registry.counter(
            "prometheus_tsdb_wal_writes_failed_total", "Total number of write log writes that failed.")
        walSyncSeconds = registry.histogram(
            "prometheus_tsdb_wal_fsync_duration_seconds", "Duration of write log fsync.",
            bounds: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5])
        groupsSealed = registry.counter("apus_tsdb_row_groups_sealed_total", "Row groups encoded and written.")
        sealFailures = registry.counter(
            "apus_tsdb_row_group_write_failures_total", "Failed attempts to write row groups.")
        flushSeconds = registry.histogram(
            "apus_tsdb_flush_duration_seconds", "Time to make a block of a finished window.",
            bounds: [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30])
        compactions = registry.counter(
            "prometheus_tsdb_compactions_total", "Total number of compactions that were executed for the partition.")
        compactionsFailed = registry.counter(
            "prometheus_tsdb_compactions_failed_total", "Total number of compactions that failed for the partition.")
        compactionSeconds = registry.histogram(
            "prometheus_tsdb_compaction_duration_seconds", "Duration of compaction runs",
            bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
        compactionPauses = registry.histogram(
            "apus_tsdb_compaction_pause_seconds", "Time for which a compaction keeps appends or readers waiting.",
            bounds: [0.000_01, 0.000_1, 0.001, 0.01, 0.1])
        damagedBlocks = registry.counter(
            "apus_tsdb_damaged_blocks_total", "Blocks that could not be opened at the start: put aside or left out.")
        timeRetentions = registry.counter(
            "prometheus_tsdb_time_retentions_total",
            "The number of times that blocks were deleted because the maximum time limit was exceeded.")
        sizeRetentions = registry.counter(
            "prometheus_tsdb_size_retentions_total",
            "The number of times that blocks were deleted because the maximum number of bytes was exceeded.")
        Self.registerFigures(registry, figures)
    }

    private static func registerFigures(
        _ registry: MetricRegistry, _ figures: @escaping @Sendable () -> DatabaseFigures
    ) {
        registry.computed("prometheus_tsdb_head_series", "Total number of series in the head block.") {
            Double(figures().series)
        }
        registry.computed("prometheus_tsdb_head_min_time_seconds", "Minimum time bound of the head block.") {
            Double(figures().oldestTime ?? 0) / 1000
        }
        registry.computed("prometheus_tsdb_head_max_time_seconds", "Maximum timestamp of the head block.") {
            Double(figures().newestTime ?? 0) / 1000
        }
        registry.computed("prometheus_tsdb_wal_storage_size_bytes", "Size of the write log directory.") {
            Double(figures().journalBytes + figures().registerBytes)
        }
        registry.computed("prometheus_tsdb_blocks_loaded", "Number of currently loaded data blocks") {
            Double(figures().blocks)
        }
        registry.computed(
            "prometheus_tsdb_storage_blocks_bytes",
            "The number of bytes that are currently used for local storage by all blocks."
        ) {
            Double(figures().blockBytes)
        }
        registry.computed("apus_tsdb_timelines", "Timelines in the head.") { Double(figures().timelines) }
        registry.computed("apus_tsdb_open_row_groups", "Row groups in memory.") { Double(figures().openGroups) }
        registry.computed("apus_tsdb_sealed_row_groups", "Row groups in mapped files.") {
            Double(figures().sealedGroups)
        }
        registry.computed("apus_tsdb_row_group_bytes", "Bytes of the mapped files of row groups.") {
            Double(figures().groupBytes)
        }
    }

    func count(_ outcome: AppendOutcome) {
        appended.add(outcome.appended)
        add(outcome.repeated, to: repeated)
        add(outcome.duplicate, to: duplicates)
        add(outcome.outOfOrder, to: outOfOrder)
        add(outcome.tooOld, to: tooOld)
        add(outcome.tooFarAhead, to: tooFarAhead)
        add(outcome.lateMarkers, to: lateMarkers)
    }

    private func add(_ amount: Int, to counter: Counter) {
        if amount > 0 { counter.add(amount) }
    }
}
