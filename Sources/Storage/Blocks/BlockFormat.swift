import Platform

/// The bytes of `blocks/<ULID>/data` and `index` (docs/format/block.md). Integers are little-endian.
///
///     data     0  magic "APUSBLK" + 0x0A     8 bytes
///              8  format version             u32
///             12  CRC32C of bytes 0..<12     u32
///     then timelines:
///     timeline    time chunk of all rows
///                 columns in the order of their series, buckets of a histogram by their bounds (`BucketOrder`)
///     column   0  CRC32C of the payload      u32
///              4  length of the payload      varint
///                 payload: the lengths (varints) of all row groups but the last, if there are several, then each
///                 row group as `EncodedColumn` says; 0 bytes for one without a cell
///
///     index    0  magic "APUSIDX" + 0x0A     8 bytes
///              8  format version             u32
///             12  number of sections         u32
///             16  per section: kind u32, CRC32C u32, offset u64, length u64
///                 CRC32C of all before       u32
///     then the sections:
///     symbols     number u32, ends of the texts u32 each, the texts, ascending by bytes
///     names       per label name, ascending: symbol u32, number of its first pair u32
///     pairs       per pair of name and value, ascending: symbol of the value u32, series u32, offset in postings u32
///     postings    per pair the numbers of its series: varints of the differences, the first from 0
///     series      per series, in the order of label sets: see `BlockSeriesCode`
///     restarts    offset in series of every 16th series u32
///     timelines   64 bytes each: see `BlockTimeline`
enum BlockFormat {
    static let dataMagic: [UInt8] = Array("APUSBLK\n".utf8)
    static let indexMagic: [UInt8] = Array("APUSIDX\n".utf8)
    static let version: UInt32 = 1
    static let dataHeaderLength = 16
    /// Rows of a row group; the last one of a timeline is shorter.
    static let rowsPerGroup = 1024
    /// Series between two entries of `restarts`.
    static let seriesPerRestart = 16

    enum Section: UInt32, CaseIterable {
        case symbols = 1
        case names, pairs, postings, series, restarts, timelines
    }

    static let sectionEntryLength = 24
    static let pairLength = 12
    static let nameLength = 8

    static func groups(rows: Int) -> Int { (rows + rowsPerGroup - 1) / rowsPerGroup }

    static func rows(ofGroup group: Int, of total: Int) -> Int { min(rowsPerGroup, total - group * rowsPerGroup) }

    static func appendDataHeader(to buffer: ByteBuffer) {
        let start = buffer.count
        buffer.append(dataMagic)
        buffer.append(integer: version)
        buffer.append(integer: CRC32C.checksum(UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])))
    }
}
