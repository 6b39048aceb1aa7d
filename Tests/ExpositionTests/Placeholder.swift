import Testing

@Suite struct ExpositionPlaceholder {}
