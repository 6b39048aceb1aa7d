import Platform
import TestSupport
import Testing

@Suite struct MemoryUseTests {
    private static let gigabyte: Int64 = 1 << 30

    /// A machine of 8 GiB with a process that uses 3 of them.
    private func use(_ files: [String: String]) throws -> MemoryUse? {
        let disk = SimulatedFileSystem(seed: 1)
        let machine = [
            "/proc/meminfo": "MemTotal:        8388608 kB\nMemFree:  5 kB\n",
            "/proc/self/status": "Name:\tapus\nVmRSS:\t  5242880 kB\nRssAnon:\t  3145728 kB\nRssFile:\t 2097152 kB\n",
        ]
        for (path, text) in machine.merging(files, uniquingKeysWith: { $1 }) {
            var directory = ""
            for part in path.split(separator: "/").dropLast() {
                directory += "/\(part)"
                try disk.createDirectory(directory)
            }
            try Array(text.utf8).withUnsafeBytes { try disk.open(path, .create).append($0) }
        }
        return MemoryUse.current(files: disk)
    }

    @Test func theLeastLimitHolds() throws {
        #expect(try use([:]) == MemoryUse(used: 3 * Self.gigabyte, limit: 8 * Self.gigabyte))
        let unified = [
            "/proc/self/cgroup": "0::/system.slice/apus.service\n",
            "/sys/fs/cgroup/system.slice/apus.service/memory.max": "max\n",
            "/sys/fs/cgroup/system.slice/memory.max": "4294967296\n",
        ]
        #expect(try use(unified)?.limit == 4 * Self.gigabyte)
        let own = ["/sys/fs/cgroup/system.slice/apus.service/memory.max": "2147483648\n"]
        #expect(try use(unified.merging(own) { $1 })?.limit == 2 * Self.gigabyte)
        let container = ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "1073741824\n"]
        #expect(try use(container)?.limit == Self.gigabyte)
        let old = [
            "/proc/self/cgroup": "5:cpu,cpuacct:/a\n4:memory:/docker/x\n0::/\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "3221225472\n",
        ]
        #expect(try use(old)?.limit == 3 * Self.gigabyte)
        // No limit, as the first version of control groups writes it.
        let none = ["/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"]
        #expect(try use(old.merging(none) { $1 })?.limit == 8 * Self.gigabyte)
        #expect(MemoryUse.current(files: SimulatedFileSystem(seed: 1)) == nil)
    }

    @Test func fourFifthsAreShort() {
        #expect(!MemoryUse(used: 800, limit: 1000).isShort)
        #expect(MemoryUse(used: 801, limit: 1000).isShort)
    }

    @Test func thisMachineTells() throws {
        let use = try #require(MemoryUse.current())
        #expect(use.used > 0 && use.limit > use.used)
    }
}
