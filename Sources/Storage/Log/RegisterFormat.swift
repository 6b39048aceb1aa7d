/// The register's frames (docs/format/register.md), packed with LZ4. One frame holds what is new since the one before:
///
///     symbols      first id varint, number varint, per symbol: length varint, bytes
///     series       first reference varint, number varint, per series: number of labels varint, per label: id of the
///                  name varint, id of the value varint. A series without labels is a reference nobody has
///     timelines    first id varint, number varint, per timeline: key u64, kind of origin u8, key of origin u64
///
/// Ids go up without holes: where a frame begins behind the last id, a damaged frame is missing, and what it named is
/// unknown.
enum RegisterFormat {
    static let names: UInt8 = 1
}
