import Testing

@Suite struct ConfigurationPlaceholder {}
