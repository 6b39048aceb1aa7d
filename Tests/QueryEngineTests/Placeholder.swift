import Testing

@Suite struct QueryEnginePlaceholder {}
