import Model
import PromQL

extension Evaluator {
    /// A series of a matrix beside its points and its label set: two lists and their places.
    private static let seriesBytes = 2 * (8 + 48) + 8

    /// The answer of an instant query.
    func instantValue(_ root: PlanNode) throws(QueryError) -> QueryValue {
        let time = root.grid.start
        switch root.type {
        case .scalar: return .scalar(time, try scalar(root).first ?? .ordinaryNaN)
        case .string:
            guard case .text(let text) = root.operation else { throw .execution("expected a string literal") }
            return .string(time, text)
        case .matrix:
            guard case .samples(let input) = root.operation else { throw .execution("expected a range vector") }
            context.enter(root)
            defer { context.leave() }
            let series = try samples(input, root.grid)
            context.profile?.add(root, series)
            return .matrix(series)
        default:
            var columns = try vector(root)
            try columns.dropDelayedNames(context.limits)
            try keep(columns, pointBytes: MemoryLayout<VectorSample>.stride, seriesBytes: 0)
            return .vector(try samples(columns, time))
        }
    }

    /// The answer of a range query: a scalar is a series without labels.
    func rangeValue(_ root: PlanNode) throws(QueryError) -> QueryValue {
        let grid = root.grid
        let times = (0..<grid.count).map { grid.time($0) }
        if root.type == .scalar {
            let values = try scalar(root)
            return .matrix(values.isEmpty ? [] : [MatrixSeries(labels: .empty, times: times, values: values)])
        }
        var columns = try vector(root)
        try columns.dropDelayedNames(context.limits)
        try keep(columns, pointBytes: 16, seriesBytes: Self.seriesBytes)
        var pace = Pace(context.limits)
        var present: [Int] = []
        for series in 0..<columns.count {
            if columns.hasValues(series) { present.append(series) }
            try pace.did(grid.count)
        }
        let order = try LabelOrder.sorted(columns.labels, present, context.limits)
        var result: [MatrixSeries] = []
        result.reserveCapacity(order.count)
        for series in order {
            result.append(Self.matrixSeries(columns, series, times))
            try pace.did(grid.count + Pace.labels)
        }
        return .matrix(result)
    }

    private static func matrixSeries(_ columns: SeriesColumns, _ series: Int, _ times: [Int64]) -> MatrixSeries {
        let row = columns.values[series * times.count..<(series + 1) * times.count]
        guard row.contains(where: \.isAbsent) else {
            return MatrixSeries(labels: columns.labels[series], times: times, values: Array(row))
        }
        let steps = row.indices.filter { !row[$0].isAbsent }
        return MatrixSeries(
            labels: columns.labels[series], times: steps.map { times[$0 - row.startIndex] },
            values: steps.map { row[$0] })
    }

    private func samples(_ columns: SeriesColumns, _ time: Int64) throws(QueryError) -> [VectorSample] {
        var pace = Pace(context.limits)
        var result: [VectorSample] = []
        result.reserveCapacity(columns.count)
        for series in 0..<columns.count {
            try pace.did(Pace.labels)
            let value = columns.values[series]
            if value.isAbsent { continue }
            result.append(VectorSample(labels: columns.labels[series], time: time, value: value))
        }
        return result
    }

    /// Takes room for the answer, which outlives the columns: label sets, points, and what is written at once.
    private func keep(_ columns: SeriesColumns, pointBytes: Int, seriesBytes: Int) throws(QueryError) {
        let bytes = columns.values.count * pointBytes + columns.labelBytes + columns.count * seriesBytes
        try context.keep(
            samples: 0, bytes: bytes + Self.outputBytes(of: bytes),
            purpose: "an answer of \(columns.count) series x \(columns.steps) steps")
    }

    /// Buffers between an answer and its client: text, and gzip's window and table.
    static func outputBytes(of answer: Int) -> Int { min(answer, 1 << 20) }

    /// Raw samples of a range vector at one time.
    private func samples(_ input: RangeInput, _ grid: Grid) throws(QueryError) -> [MatrixSeries] {
        let selection = try select(input, grid, keepsStaleMarkers: false)
        let subquery = context.delaysNameRemoval ? selection as? ColumnsSelection : nil
        var key: [UInt8] = []
        let slice = Slice()
        let end = input.windowEnd(grid, 0)
        var result: [MatrixSeries] = []
        let room = try context.budget.reserve(samples: 0, purpose: "a range vector")
        context.keep(room)
        var held = 0
        var labelBytes = 0
        var pace = Pace(context.limits)
        for unit in 0..<selection.unitCount {
            try context.checkpoint()
            do {
                try selection.read(unit: unit, into: slice)
            } catch {
                // Says why reading was ended.
                try context.checkpoint()
                throw QueryError(error)
            }
            for column in slice.columns {
                try pace.did(column.count + Pace.labels)
                let points = Self.points(slice, column, input, end: end)
                held += points.count
                context.tally.add(samples: points.count)
                context.statistics.samplesRead += column.count
                if points.isEmpty { continue }
                let own = selection.labels(of: column.series)
                labelBytes += own.heldBytes
                let bytes = held * 16 + labelBytes + result.count * Self.seriesBytes
                try room.resize(
                    samples: held, bytes: bytes + Self.outputBytes(of: bytes),
                    purpose: "\(input.text) with \(selection.seriesCount) series")
                let losesName = subquery?.losesName(column.series) ?? false
                result.append(
                    MatrixSeries(
                        labels: losesName ? LabelProjection.nameless.labels(own, &key) : own, times: points.map(\.time),
                        values: points.map(\.value)))
            }
        }
        try result.sort(&pace, cost: Pace.labels) { $0.labels < $1.labels }
        return result
    }

    private static func points(
        _ slice: Slice, _ column: Slice.Column, _ input: RangeInput, end: Int64
    ) -> [(time: Int64, value: Double)] {
        let start = end - input.range
        let times = slice.times[column.firstTime..<column.firstTime + column.count]
        let rows = times.indices.filter {
            times[$0] > start - input.before && times[$0] <= end + input.after
        }
        let shift = column.firstValue - column.firstTime
        guard let surroundings = input.surroundings else { return rows.map { (times[$0], slice.values[$0 + shift]) } }
        let values = rows.map { slice.values[$0 + shift] }
        if rows.isEmpty { return [] }
        return rows.map { times[$0] }.withUnsafeBufferPointer { times in
            values.withUnsafeBufferPointer { values in
                guard let times = times.baseAddress, let values = values.baseAddress else { return [] }
                return ExtendedWindow(
                    times: times, values: values, count: rows.count, start: start, end: end,
                    isSmoothed: surroundings.kind == .smoothed
                ).points
            }
        }
    }
}
