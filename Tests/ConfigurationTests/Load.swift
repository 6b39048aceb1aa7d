import Configuration

/// Loads a text as `test.yml`.
func load(_ text: String, variables: [String: String] = [:]) throws -> ServerConfiguration {
    try ConfigurationLoader.load(Array(text.utf8), file: "test.yml") { variables[$0] }
}

/// What is said about a text that must be refused; empty when it is accepted.
func refusal(_ text: String) -> String {
    do {
        _ = try load(text)
        return ""
    } catch {
        return "\(error)"
    }
}
