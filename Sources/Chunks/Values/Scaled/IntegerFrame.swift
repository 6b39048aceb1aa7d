/// Up to 128 integers, coded with one width; the few that are wider have their upper bits behind the others (Zukowski
/// et al., "Super-Scalar RAM-CPU Cache Compression", ICDE 2006). Frames of which many integers are zero have a bit for
/// each and pack only the others.
///
/// The first byte is kind << 5 | index of the width. Before it may stand a byte of kind 7 with the number of patches,
/// and before that one of kind 6 with the pattern that a bitmap repeats.
enum IntegerFrame {
    static let length = 128
    /// What the lower bits of a byte of kind 7 can say.
    static let mostPatches = 31
    /// Bytes that a frame needs at most beyond eight for each integer, those behind its end included.
    static let overhead = 64
    static let periodic: UInt8 = 6
    static let patched: UInt8 = 7

    /// How an integer becomes the number that is packed.
    enum Kind: UInt8 {
        /// Small magnitudes to small numbers.
        case zigzag = 0
        /// The integer itself.
        case plain = 1
        /// What it is above the frame's smallest integer, which stands behind the header as a signed varint.
        case offset = 2
        /// The same with the bitmap of the integers that are not zero behind the header, and packed in each case one
        /// less: the zigzag less one, the integer less one, what it is above the smallest of those.
        case sparseZigzag = 3
        case sparsePlain = 4
        case sparseOffset = 5

        @inline(__always) var isSparse: Bool { rawValue >= Kind.sparseZigzag.rawValue }
        @inline(__always) var isZigzag: Bool { self == .zigzag || self == .sparseZigzag }
        @inline(__always) var hasOffset: Bool { self == .offset || self == .sparseOffset }
    }
}
