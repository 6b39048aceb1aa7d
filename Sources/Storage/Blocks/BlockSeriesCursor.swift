import Model
import Platform

/// Reads series of a block's index, best in ascending order. Not thread safe.
struct BlockSeriesCursor {
    private let index: BlockIndex
    private let terms: BlockTerms
    private let section: UnsafeRawBufferPointer
    private let restarts: UnsafeRawBufferPointer
    /// The series that is read next.
    private var next = 0
    private var offset = 0
    private var code = BlockSeriesCode()

    init(_ index: BlockIndex) throws(BlockError) {
        self.index = index
        terms = try index.terms()
        section = try index.section(.series)
        restarts = try index.section(.restarts)
    }

    var columns: [BlockColumn] { code.columns }
    /// Numbers of the label pairs, in the order of the labels.
    var pairs: [UInt32] { code.pairs }

    /// Goes to a series.
    mutating func move(to series: UInt32) throws(BlockError) {
        let wanted = Int(series)
        let restart = wanted / BlockFormat.seriesPerRestart
        if wanted < next || restart * BlockFormat.seriesPerRestart > next {
            guard restart * 4 + 4 <= restarts.count else { throw index.damage(.restarts) }
            offset = Int(restarts.littleEndian(restart * 4, as: UInt32.self))
            next = restart * BlockFormat.seriesPerRestart
        }
        guard let base = section.baseAddress, offset <= section.count else { throw index.damage(.series) }
        var cursor = base + offset
        let end = base + section.count
        while next <= wanted {
            if next % BlockFormat.seriesPerRestart == 0 { code.pairs.removeAll(keepingCapacity: true) }
            guard code.read(&cursor, end: end) else { throw index.damage(.series) }
            next += 1
        }
        offset = cursor - base
    }

    /// Appends the label set of the present series in the form of `Labels.encoded`.
    func appendLabels(to buffer: ByteBuffer) throws(BlockError) {
        for pair in code.pairs {
            let pair = Int(pair)
            guard pair < terms.pairCount else { throw index.damage(.series) }
            for text in [try terms.symbol(terms.nameSymbol(terms.name(ofPair: pair))), try terms.value(ofPair: pair)] {
                buffer.append(varint: UInt64(text.count))
                buffer.append(text)
            }
        }
    }

    func labels() throws(BlockError) -> Labels {
        let buffer = ByteBuffer()
        try appendLabels(to: buffer)
        return Labels(encoded: [UInt8](buffer.bytes))
    }
}
