import Testing

@Suite struct PromQLPlaceholder {}
