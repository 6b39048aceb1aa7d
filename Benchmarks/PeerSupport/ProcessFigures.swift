import Foundation
import Glibc

/// What the kernel knows of a process.
package struct ProcessFigures {
    /// User and system time, seconds.
    package var cpu = 0.0
    /// Bytes.
    package var anonymous = 0
    package var resident = 0
    /// Bytes that reached the block layer.
    package var written = 0

    package init(of process: Int32) {
        if let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        {
            let fields = stat[stat.index(after: end)...].split(separator: " ")
            if fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) {
                cpu = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
            }
        }
        anonymous = Self.field("RssAnon", in: "/proc/\(process)/status") * 1024
        resident = Self.field("VmRSS", in: "/proc/\(process)/status") * 1024
        written = Self.field("write_bytes", in: "/proc/\(process)/io")
    }

    /// Processor time of the threads there are, in nanoseconds.
    package static func threadNanoseconds(of process: Int32) -> Int {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return threads.reduce(0) { sum, thread in
            let text = try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/schedstat", encoding: .utf8)
            return sum + (Int(text?.prefix { $0 != " " } ?? "") ?? 0)
        }
    }

    /// Waits until a process does next to nothing for a twentieth of a second, but no longer than so many seconds.
    package static func waitForRest(of process: Int32, seconds: Double) {
        let look = 0.05
        for _ in 0..<Int(seconds / look) {
            let before = threadNanoseconds(of: process)
            usleep(UInt32(look * 1e6))
            if threadNanoseconds(of: process) - before < Int(look * 1e9 / 20) { return }
        }
    }

    private static func field(_ name: String, in path: String) -> Int {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return 0 }
        for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
            return Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first ?? "") ?? 0
        }
        return 0
    }
}

/// Bytes that the files below a folder take on disk.
package func diskBytes(below folder: URL) -> Int {
    guard let paths = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return 0 }
    var sum = 0
    for case let file as URL in paths {
        var status = stat()
        if lstat(file.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { sum += Int(status.st_blocks) * 512 }
    }
    return sum
}
