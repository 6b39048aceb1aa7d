import Model
import Platform

/// The store as an import sees it: series, their origins, and samples in; counts out. Not thread safe.
final class ImportSink {
    /// Samples after which the store gets time to write what is complete.
    private static let settleInterval = 1 << 20

    private let appender: any SampleAppender
    private let clock: any TimeSource
    private let settle: (Int64) -> Void
    private let finishWindows: (Int64) throws -> Void
    private var sinceSettled = 0
    /// By reference: counted already.
    private var seen: [Bool] = []
    var report = ImportReport()

    init(
        _ appender: any SampleAppender, clock: any TimeSource, settle: @escaping (Int64) -> Void,
        finish: @escaping (Int64) throws -> Void
    ) {
        self.appender = appender
        self.clock = clock
        self.settle = settle
        finishWindows = finish
    }

    /// All samples of some windows are in the store, which can make blocks of them.
    func finish() throws {
        sinceSettled = 0
        try finishWindows(clock.wallMilliseconds())
    }

    func reference(for labels: Labels) throws(AppendError) -> SeriesReference {
        let reference = try appender.reference(for: labels)
        let index = Int(reference.rawValue)
        if index >= seen.count { seen += [Bool](repeating: false, count: max(index + 1 - seen.count, seen.count)) }
        if !seen[index] { report.series += 1 }
        seen[index] = true
        return reference
    }

    /// What series share whose samples probably came together: the values of `job` and `instance`.
    static func origin(of labels: Labels) -> Origin {
        Origin(
            .imported,
            key: StableHash.combine(
                StableHash.hash(labels[LabelNames.job] ?? ""), StableHash.hash(labels[LabelNames.instance] ?? "")))
    }

    func append(_ batch: AppendBatch) throws(AppendError) {
        let count = batch.parts.reduce(0) { $0 + $1.values.count }
        if count == 0 { return }
        let now = clock.wallMilliseconds()
        report.samples += count
        report.outcome += try appender.append(batch, now: now)
        sinceSettled += count
        if sinceSettled >= Self.settleInterval {
            sinceSettled = 0
            settle(now)
        }
    }
}
