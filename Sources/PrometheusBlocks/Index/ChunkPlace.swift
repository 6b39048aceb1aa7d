/// Where a chunk lies and what times it covers, both ends included.
package struct ChunkPlace: Sendable, Equatable {
    package var minimumTime: Int64
    package var maximumTime: Int64
    package var reference: UInt64
}
