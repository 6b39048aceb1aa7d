import Testing

@Suite struct APIPlaceholder {}
