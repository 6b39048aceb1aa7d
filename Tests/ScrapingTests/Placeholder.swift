import Testing

@Suite struct ScrapingPlaceholder {}
