import HTTP
import Model
import Platform
import QueryEngine
import Telemetry

/// The pages for people.
package struct WebUI: Sendable {
    package var engine: Engine
    package var targets: any TargetDirectory
    package var clock: any TimeSource
    package var build: BuildInformation
    /// Shown at the top of the page: what the operator must know, one sentence each.
    package var warnings: @Sendable () -> [String] = { [] }

    package init(engine: Engine, targets: any TargetDirectory, clock: any TimeSource, build: BuildInformation) {
        self.engine = engine
        self.targets = targets
        self.clock = clock
        self.build = build
    }

    /// Adds `/` and the paths that lead there.
    package func register(on router: inout Router) {}
}
