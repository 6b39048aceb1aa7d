import HTTP
import Model
import Platform
import Telemetry

extension API {
    func registerStatus(on router: inout Router) {
        add([.get], "/status/buildinfo", .inline, needsData: false, to: &router) { api, _ in api.buildInformation() }
        add([.get], "/status/runtimeinfo", .inline, needsData: false, to: &router) { api, _ in api.runtimeInformation()
        }
        add([.get], "/status/flags", .inline, needsData: false, to: &router) { api, _ in
            Answer.success { writer in
                writer.object { writer in
                    for (name, value) in api.flags { writer.member(name, value) }
                }
            }
        }
        // There are no rules yet, and so no alerts.
        for (path, members) in [
            ("/rules", ["groups"]), ("/alerts", ["alerts"]),
            ("/alertmanagers", ["activeAlertmanagers", "droppedAlertmanagers"]),
        ] {
            add([.get], path, .inline, needsData: false, to: &router) { _, _ in
                Answer.success { writer in
                    writer.object { writer in
                        for member in members {
                            writer.name(member)
                            writer.array { _ in }
                        }
                    }
                }
            }
        }
    }

    /// Never with a `features` member: Grafana would take us for Mimir.
    private func buildInformation() -> Response {
        Answer.success {
            $0.object([
                "version": BuildInformation.compatibleVersion, "revision": build.revision, "branch": build.branch,
                "buildUser": build.buildUser, "buildDate": build.buildDate, "goVersion": build.compiler,
                "apusVersion": build.version,
            ])
        }
    }

    private func runtimeInformation() -> Response {
        let start = ProcessStatistics.current()?.startTime ?? 0
        return Answer.success {
            $0.object([
                "startTime": TimeText.rfc3339(Int64(start * 1000)), "CWD": CurrentProcess.directory,
                "hostname": CurrentProcess.hostName, "serverTime": TimeText.rfc3339(clock.wallMilliseconds()),
                "storageRetention": storageRetention(),
            ])
        }
    }
}
