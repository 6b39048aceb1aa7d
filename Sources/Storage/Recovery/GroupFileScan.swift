import Platform

/// Finds the sound groups of one file; what lies between them is damage, what lies behind the last one a torn tail.
struct GroupFileScan {
    struct Damage {
        var offset: Int
        var length: Int
    }

    private(set) var offsets: [Int] = []
    private(set) var damages: [Damage] = []
    /// Where the last sound group ends; what is behind is to be cut off.
    private(set) var end = GroupFormat.fileHeaderLength

    init(_ bytes: UnsafeRawBufferPointer) {
        var offset = GroupFormat.fileHeaderLength
        while offset < bytes.count {
            if let group = GroupReader(bytes, at: offset), group.isSound {
                if GroupFormat.aligned(end) < offset { damages.append(.init(offset: end, length: offset - end)) }
                offsets.append(offset)
                end = offset + group.length
                offset = GroupFormat.aligned(end)
            } else {
                offset += 8
            }
        }
    }
}
