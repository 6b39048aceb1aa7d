import Model
import PrometheusBlocks

/// What became of an import.
package struct ImportReport: Sendable {
    /// Damage that is listed; the rest is only counted.
    private static let listedDamages = 20

    package internal(set) var series = 0
    /// Samples that were read, histograms not among them.
    package internal(set) var samples = 0
    package internal(set) var outcome = AppendOutcome()
    /// Native histograms, which are not stored yet: samples (in blocks: chunks) by metric name.
    package internal(set) var histogramSamples: [String: Int] = [:]
    package internal(set) var histogramChunks: [String: Int] = [:]
    /// Samples of series whose names the log has lost.
    package internal(set) var namelessSamples = 0
    package private(set) var damages: [PrometheusDataError] = []
    package private(set) var damageCount = 0

    package init() {}

    mutating func note(_ damage: PrometheusDataError) {
        damageCount += 1
        if damages.count < Self.listedDamages { damages.append(damage) }
    }
}

extension AppendOutcome {
    static func += (left: inout AppendOutcome, right: AppendOutcome) {
        left.appended += right.appended
        left.repeated += right.repeated
        left.duplicate += right.duplicate
        left.outOfOrder += right.outOfOrder
        left.tooOld += right.tooOld
        left.tooFarAhead += right.tooFarAhead
        left.lateMarkers += right.lateMarkers
    }
}
