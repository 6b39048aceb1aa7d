/// How far an import or export is.
package struct TransferProgress: Sendable {
    /// 0 to 1.
    package var fraction: Double
    /// Samples read so far.
    package var samples: Int

    package init(fraction: Double, samples: Int) {
        self.fraction = fraction
        self.samples = samples
    }
}
