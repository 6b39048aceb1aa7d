/// What a chunk's encoding byte says.
enum ChunkEncoding: UInt8 {
    case xor = 1
    case histogram = 2
    case floatHistogram = 3
    case xor2 = 4
    case histogramWithStart = 5
    case floatHistogramWithStart = 6
}
