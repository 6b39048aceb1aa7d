import Model
import Platform

/// Renders the pages of a workload's targets. Everything but the values is the same for all targets and made once.
/// Thread safe when the workload has no churn.
package final class ExporterPages: @unchecked Sendable {
    // Sendable: immutable after init.
    private let workload: Workload
    private let prefixes: [[UInt8]]

    package init(_ workload: Workload) {
        self.workload = workload
        prefixes = (0..<workload.seriesPerTarget).map { Self.prefix(workload.series($0, tick: 0)) }
    }

    /// The page of a target at a time in milliseconds.
    package func render(target: Int, at time: Int64, into buffer: ByteBuffer) {
        let tick = workload.tick(at: time)
        for index in 0..<workload.seriesPerTarget {
            if index > 0, index <= workload.churningSeries {
                buffer.append(Self.prefix(workload.series(index, tick: tick)))
            } else {
                buffer.append(prefixes[index])
            }
            FloatText.writeJSON(workload.value(target: target, series: index, tick: tick), to: buffer)
            buffer.append(UInt8(ascii: "\n"))
        }
    }

    private static func prefix(_ series: WorkloadSeries) -> [UInt8] {
        Array((series.labels.isEmpty ? "\(series.name) " : "\(series.name){\(series.labels)} ").utf8)
    }
}
