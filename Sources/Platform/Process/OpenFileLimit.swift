import Glibc

/// How many files and sockets this process may hold open.
package enum OpenFileLimit {
    /// Raises the soft limit, often only 1024, to the hard one. Where the system refuses, it stays as it is.
    package static func raise() {
        var limit = rlimit()
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(files, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(files, &limit)
    }
}
