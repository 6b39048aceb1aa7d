import Glibc

/// Facts about this process, and its end.
package enum CurrentProcess {
    package static var identifier: Int32 { getpid() }

    /// The working directory; `.` when the system cannot tell.
    package static var directory: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// Processors that are on.
    package static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The host's name as the kernel has it.
    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Ends the process at once with a code for the shell. Open files are not synced: stop the server first.
package func exitProcess(_ code: Int32) -> Never { exit(code) }
