import Platform

/// What stands in a data directory of Prometheus that nothing writes to. `chunks_head` is left out: Prometheus keeps
/// every sample in `wal` until it stands in a block, and `chunks_head` only saves it memory.
package struct PrometheusDirectory {
    package let path: String
    /// By first time; without those that others replace.
    package private(set) var blocks: [(path: String, meta: BlockMeta)] = []
    /// Blocks whose `meta.json` cannot be read.
    package private(set) var damages: [PrometheusDataError] = []
    /// The write-ahead log, and the log of samples that came out of order; nil when there is none.
    package private(set) var log: HeadLog?
    package private(set) var lateLog: HeadLog?

    package init(_ files: any FileSystem, path: String) throws {
        self.path = path
        guard try files.status(path)?.isDirectory == true else {
            throw PrometheusDataError(file: path, reason: "this is no directory")
        }
        var found: [(path: String, meta: BlockMeta)] = []
        for name in try files.list(path) where ULID.isOne(name) {
            do {
                found.append(("\(path)/\(name)", try PrometheusBlock.meta(files, path: "\(path)/\(name)")))
            } catch let error as PrometheusDataError {
                damages.append(error)
            } catch let error as FileError {
                damages.append(PrometheusDataError(file: error.path, reason: error.detail))
            }
        }
        let replaced = Set(found.flatMap(\.meta.parents))
        blocks =
            found
            .filter { !$0.meta.isDeletable && !replaced.contains($0.meta.ulid) }
            .sorted { ($0.meta.minimumTime, $0.meta.ulid) < ($1.meta.minimumTime, $1.meta.ulid) }
        log = try HeadLog(files, directory: "\(path)/wal")
        lateLog = try HeadLog(files, directory: "\(path)/wbl")
        if blocks.isEmpty && log == nil && damages.isEmpty {
            throw PrometheusDataError(
                file: path, reason: "neither blocks nor a wal: this is no data directory of Prometheus")
        }
    }
}
