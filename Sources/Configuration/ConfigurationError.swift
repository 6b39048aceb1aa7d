/// Why a configuration was refused, and where.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in characters.
    package var column: Int
    /// Prometheus's wording where Prometheus refuses the same.
    package var message: String

    /// `prometheus.yml:3:5: field x not found in type config.plain`
    package var description: String { "\(file):\(line):\(column): \(message)" }
}
