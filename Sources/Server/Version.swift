import Telemetry

extension BuildInformation {
    /// This program.
    package static let apus = BuildInformation(version: "0.1.0", compiler: "swift6.3")
}
