import Platform

/// Looks through files of row groups on a thread of its own.
final class GroupScans: Sendable {
    private let results = Monitor<[GroupFileScan]?>(nil)

    init(_ mappings: [any MappedBytes]) {
        let results = results
        let scan: @Sendable () -> Void = {
            let scans = mappings.map { GroupFileScan($0.bytes) }
            results.withLock { $0 = scans }
            results.notifyAll()
        }
        // A system that gives no thread makes it take longer.
        if mappings.isEmpty || (try? Thread(name: "scan-groups", body: scan)) == nil { scan() }
    }

    /// What was found, by file.
    func wait() -> [GroupFileScan] { results.wait { $0 } }
}
