/// The register's frames (docs/format/register.md), packed with LZ4. One frame holds what is new since the one before:
///
///     symbols      first id varint, number varint, per symbol: length varint, bytes
///     series       first reference varint, number varint, per series: number of labels varint, per label: id of the
///                  name varint, id of the value varint. A series without labels is a reference nobody has
///     timelines    first id varint, number varint, per timeline: key u64, kind of origin u8, key of origin u64.
///                  Zeros of an imported origin are a timeline that has left
///
/// Ids go up without holes: where a frame begins behind the last id, a damaged frame is missing, and what it named is
/// unknown. There are two kinds of frames with the same content. A register that was written anew has the other kind
/// than the one whose place it took, and a frame of another kind than the one before it makes all before it void.
enum RegisterFormat {
    static let kinds: ClosedRange<UInt8> = 1...2

    /// The kind of frames in a register that takes the place of one.
    static func successor(of kind: UInt8) -> UInt8 { kind == 1 ? 2 : 1 }
}
