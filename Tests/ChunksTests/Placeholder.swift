import Testing

@Suite struct ChunksPlaceholder {}
