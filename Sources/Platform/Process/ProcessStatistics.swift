import Glibc

/// What the kernel says about this process's use of the machine (/proc/self).
package struct ProcessStatistics: Sendable, Equatable {
    /// User plus system time, in seconds.
    package var processorSeconds: Double
    package var residentBytes: Int64
    /// Resident memory that is no file's (RssAnon).
    package var anonymousBytes: Int64
    package var virtualBytes: Int64
    package var openFiles: Int
    /// The limit on open files (soft).
    package var maximumOpenFiles: Int64
    /// Seconds since the epoch.
    package var startTime: Double

    /// Reads the present figures; nil when /proc is not there.
    package static func current(files: SystemFileSystem = SystemFileSystem()) -> ProcessStatistics? {
        // After the command in parentheses (which may hold anything) come the numbered fields, from field 3 on.
        guard let stat = files.text("/proc/self/stat"), let name = stat.lastIndex(of: ")"),
            let system = files.text("/proc/stat"), let status = files.text("/proc/self/status")
        else { return nil }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        func field(_ number: Int) -> Double {
            number - 3 < fields.count ? Double(fields[number - 3]) ?? 0 : 0
        }
        let bootTime = Double(value(of: "btime ", in: system))
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // The listing itself holds one descriptor open.
        let open = ((try? files.list("/proc/self/fd").count) ?? 1) - 1
        return ProcessStatistics(
            processorSeconds: (field(14) + field(15)) / ticks,
            residentBytes: value(of: "VmRSS:", in: status) * 1024,
            anonymousBytes: value(of: "RssAnon:", in: status) * 1024,
            virtualBytes: Int64(field(23)),
            openFiles: open,
            maximumOpenFiles: Int64(clamping: limit.rlim_cur),
            startTime: bootTime + field(22) / ticks)
    }

    /// The first number behind a key at a line's start.
    static func value(of key: String, in text: String) -> Int64 {
        for line in text.split(separator: "\n") where line.hasPrefix(key) {
            let words = line.dropFirst(key.count).split(whereSeparator: { $0 == " " || $0 == "\t" })
            return words.first.flatMap { Int64($0) } ?? 0
        }
        return 0
    }
}
