import Model
import Synchronization

/// label_replace, label_join: other labels, the same numbers.
extension LabelRewrite {
    func apply(to columns: SeriesColumns, _ context: QueryContext) throws(QueryError) -> SeriesColumns {
        var result = columns
        var room = try GrowingRoom(context.budget, purpose: "new labels of \(columns.count) series")
        var losers = (0..<columns.count).map { columns.losesName($0) }
        var labels = columns.labels
        var known: [String: String?] = [:]
        for series in labels.indices {
            if series % 1024 == 0 { try context.checkpoint() }
            guard let (name, value) = replacement(in: labels[series], &known) else { continue }
            labels[series] = Self.setting(name, value, in: labels[series])
            try room.add(bytes: labels[series].heldBytes)
            // A name that was written is kept.
            if name == LabelNames.metric { losers[series] = false }
        }
        result.hold(room.reservation)
        result.setLabels(labels)
        result.setNameLosers(losers)
        try result.mergeEqualLabels(context.limits)
        return result
    }

    /// Gives a pipeline's series their new labels; false, with nothing changed, when some of them become equal.
    func relabel(
        _ pipeline: inout RowPipeline, _ node: PlanNode, _ context: QueryContext
    ) throws(QueryError) -> Bool {
        let count = pipeline.rows.seriesCount
        var room = try GrowingRoom(context.budget, purpose: "new labels of \(count) series")
        let labels = try self.labels(of: pipeline, &room, context)
        var table = LabelTable(capacity: count)
        var pace = Pace(context.limits)
        for own in labels {
            try pace.did(Pace.labels)
            if !table.index(of: own).isNew { return false }
        }
        pipeline.relabel(
            labels, room.reservation, changesNames: LabelProjection.metadataNames.contains(destination), of: node)
        return true
    }

    /// Those of all series, put together by all threads.
    private func labels(
        of pipeline: RowPipeline, _ room: inout GrowingRoom, _ context: QueryContext
    ) throws(QueryError) -> [Labels] {
        let (rows, isNameless) = (pipeline.rows, pipeline.isNameless)
        try room.add(bytes: rows.seriesCount * SeriesColumns.labelsOverhead)
        let buffer = UnsafeMutableBufferPointer<Labels>.allocate(capacity: rows.seriesCount)
        buffer.initialize(repeating: .empty)
        defer {
            buffer.deinitialize()
            buffer.deallocate()
        }
        // Sendable: each thread writes to runs of its own, and all have ended when the job has.
        nonisolated(unsafe) let labels = buffer
        let bytes = Atomic(0)
        let job = RangeJob(count: rows.seriesCount, limits: context.limits) { range in
            var known: [String: String?] = [:]
            var key: [UInt8] = []
            var taken = 0
            for series in range {
                var own = rows.labels(of: series)
                if isNameless { own = LabelProjection.nameless.labels(own, &key) }
                if let (name, value) = replacement(in: own, &known) { own = Self.setting(name, value, in: own) }
                labels[series] = own
                taken += own.encoded.count
            }
            bytes.wrappingAdd(taken, ordering: .relaxed)
        }
        try job.run(context.workers)
        try room.add(bytes: bytes.load(ordering: .relaxed))
        return Array(buffer)
    }

    private var destination: String {
        switch self {
        case .replace(let destination, _, _, _, _), .join(let destination, _, _): destination
        }
    }

    /// Values of which it is remembered what becomes of them: most series share few.
    private static let knownValues = 10_000

    /// The label to be set; nil where the pattern does not match.
    private func replacement(in labels: Labels, _ known: inout [String: String?]) -> (name: String, value: String)? {
        switch self {
        case .replace(let destination, let template, let source, let pattern, _):
            let value = labels[source] ?? ""
            if let result = known[value] { return result.map { (destination, $0) } }
            let result = pattern.expand(template, in: value)
            if known.count < Self.knownValues { known[value] = .some(result) }
            return result.map { (destination, $0) }
        case .join(let destination, let separator, let sources):
            return (destination, sources.map { labels[$0] ?? "" }.joined(separator: separator))
        }
    }

    private static func setting(_ name: String, _ value: String, in labels: Labels) -> Labels {
        var builder = LabelsBuilder(labels)
        builder.set(name, value)
        return builder.labels()
    }
}
