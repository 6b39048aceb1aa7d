/// The memory of this process that no file backs, and what there is of it.
package struct MemoryUse: Sendable, Equatable {
    package var used: Int64
    /// The machine's memory, or what the control group of the process may use where that is less.
    package var limit: Int64

    package init(used: Int64, limit: Int64) {
        self.used = used
        self.limit = limit
    }

    /// More than four fifths are used.
    package var isShort: Bool { used > limit / 5 * 4 }

    /// Reads the present figures; nil when the kernel does not tell.
    package static func current(files: any FileSystem = SystemFileSystem()) -> MemoryUse? {
        guard let status = text("/proc/self/status", files), let machine = text("/proc/meminfo", files) else {
            return nil
        }
        let total = ProcessStatistics.value(of: "MemTotal:", in: machine) * 1024
        if total == 0 { return nil }
        let group = text("/proc/self/cgroup", files).flatMap { groupLimit($0, files) } ?? total
        return MemoryUse(
            used: ProcessStatistics.value(of: "RssAnon:", in: status) * 1024, limit: min(total, group))
    }

    /// The least limit of the group and the groups around it; nil when there is none. A line is
    /// `number:controllers:path`.
    private static func groupLimit(_ groups: String, _ files: any FileSystem) -> Int64? {
        var least: Int64?
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isUnified = fields[0] == "0" && fields[1].isEmpty
            guard isUnified || fields[1].split(separator: ",").contains("memory") else { continue }
            let root = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            let name = isUnified ? "memory.max" : "memory.limit_in_bytes"
            // Within a container the path may be that outside, while only the root is there.
            var path = String(fields[2])
            while true {
                let file = path == "/" ? "\(root)/\(name)" : "\(root)\(path)/\(name)"
                // `max`, or a number.
                if let limit = text(file, files)?.split(separator: "\n").first.flatMap({ Int64($0) }) {
                    least = min(least ?? .max, limit)
                }
                if path == "/" || !path.hasPrefix("/") { break }
                path = files.parent(of: path)
            }
        }
        return least
    }

    private static func text(_ path: String, _ files: any FileSystem) -> String? {
        guard let bytes = try? files.contents(of: path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
