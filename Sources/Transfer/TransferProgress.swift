/// How far an import or export is.
package struct TransferProgress: Sendable {
    /// 0 to 1.
    package var fraction: Double
    /// Samples read so far.
    package var samples: Int
}
