/// The `index` file of a block; Prometheus's tsdb/docs/format/index.md.
enum IndexFormat {
    static let magic: UInt32 = 0xBAAA_D700
    /// Magic and version.
    static let headerSize = 5
    /// Entries of series begin at multiples of this, and are named by offset / this; version 1 names them by offset.
    static let seriesAlignment = 16
    /// Offsets of symbols, series, label indices, label offsets, postings, postings offsets; checksum.
    static let contentsSize = 6 * 8 + Checksum.size
    static let postingsAlignment = 4
}
