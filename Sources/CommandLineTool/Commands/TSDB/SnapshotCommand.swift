import Catalog
import HTTP
import Model
import Platform
import Server
import Storage
import Telemetry

/// `apus tsdb snapshot`: asks the server that holds a data directory for a snapshot, or makes it when none does.
struct SnapshotCommand: DirectoryCommand {
    let name = "tsdb snapshot"

    var help: CommandHelp {
        CommandHelp(
            usage: "tsdb snapshot [flags] [DIR]",
            summary:
                "Makes DIR/snapshots/NAME, a copy by hard links that is a data directory itself (default data). When "
                + "a server holds the directory it is asked to (--web.enable-admin-api).",
            flags: [
                Flag(
                    "server", .value(placeholder: "URL", default: nil),
                    "The server that holds the directory; else the address in its lock."),
                Flag("skip-head", .boolean(default: false), "Leave out what is no block yet."),
            ],
            examples: [
                "apus tsdb snapshot /var/lib/apus", "apus tsdb snapshot --server http://127.0.0.1:9090 /var/lib/apus",
            ])
    }

    func run(_ path: String, _ values: FlagValues, _ shell: Shell) throws -> ExitCode {
        let skipsHead = values.isOn("skip-head")
        let name: String
        if let holder = try holder(of: path, shell) {
            name = try ask(values.text("server") ?? Self.address(in: holder), holder, skipsHead: skipsHead, shell)
            // The server may hold another directory.
            guard try shell.files.status("\(path)/snapshots/\(name)") != nil else {
                throw CommandFailure(
                    "the server made the snapshot \(name), but not in \(path): it holds another directory")
            }
        } else {
            let store = try OfflineStore.reading(path, shell)
            name = try store.database.makeSnapshot(skipsHead: skipsHead)
            try copyCatalog(path, to: store.database.snapshotPath(name), shell)
        }
        shell.output("\(path)/snapshots/\(name)\n")
        return .ok
    }

    private func copyCatalog(_ path: String, to snapshot: String, _ shell: Shell) throws {
        if try shell.files.status("\(path)/\(Catalog.fileName)") == nil { return }
        let logger = Logger(minimum: .warn, clock: shell.clock, write: { shell.error($0) })
        let catalog = Catalog(directory: path, files: shell.files, registry: MetricRegistry(), logger: logger)
        catalog.copy(to: snapshot)
        catalog.close()
    }

    /// Who holds the directory, as its lock says; nil when nobody does.
    private func holder(of path: String, _ shell: Shell) throws -> String? {
        // Refuses what is no data directory.
        guard try shell.files.status("\(path)/format") != nil else {
            _ = try DirectoryArgument.stopped(path, shell)
            return nil
        }
        do throws(FileError) {
            _ = try shell.files.lock("\(path)/lock", owner: DirectoryArgument.owner)
            return nil
        } catch {
            if case .locked(let owner) = error.reason { return owner }
            throw error
        }
    }

    /// The first address of `… listening on 127.0.0.1:9090, …`.
    private static func address(in holder: String) throws -> String {
        guard let range = holder.firstRange(of: "listening on ") else {
            throw CommandFailure("the data directory is in use by \(holder)")
        }
        let address = ListenAddress.reachable(String(holder[range.upperBound...].prefix { $0 != "," }))
        guard !address.hasSuffix(":0") else {
            throw CommandFailure("\(holder) holds the directory: say where it is reached with --server")
        }
        return address
    }

    private func ask(_ server: String, _ holder: String, skipsHead: Bool, _ shell: Shell) throws -> String {
        var request = OutgoingRequest(
            url: ServerAddress.base(server) + "/api/v1/admin/tsdb/snapshot" + (skipsHead ? "?skip_head=true" : ""))
        request.method = "POST"
        request.timeout = 600_000
        let reply = try shell.send(request)
        let answer = try? JSONReader.read(reply.body)
        if reply.status == 200, let name = answer?["data"]?["name"]?.string { return name }
        let reason = answer?["error"]?.string ?? "status \(reply.status)"
        let hint = reason == "admin APIs disabled" ? "; start it with --web.enable-admin-api" : ""
        throw CommandFailure("\(holder) refused: \(reason)\(hint)")
    }
}
