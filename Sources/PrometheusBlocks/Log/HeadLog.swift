import Platform

/// A log of Prometheus's head (`wal`, `wbl`): the newest checkpoint and the segments behind it.
package struct HeadLog {
    private let files: any FileSystem
    /// In the order in which they were written.
    let segments: [String]
    package let totalBytes: Int64

    /// Nil when the directory is missing or has no segments.
    init?(_ files: any FileSystem, directory: String) throws {
        self.files = files
        guard try files.status(directory)?.isDirectory == true else { return nil }
        let names = try files.list(directory)
        var paths: [String] = []
        var first = 0
        let checkpoints = names.compactMap { name in name.hasPrefix("checkpoint.") ? Int(name.dropFirst(11)) : nil }
        if let newest = checkpoints.max(),
            let name = names.first(where: { $0.hasPrefix("checkpoint.") && Int($0.dropFirst(11)) == newest })
        {
            paths = Self.numbered(try files.list("\(directory)/\(name)")).map { "\(directory)/\(name)/\($0.name)" }
            first = newest + 1
        }
        let rest = Self.numbered(names).filter { $0.number >= first }
        for (previous, next) in zip(rest, rest.dropFirst()) where next.number != previous.number + 1 {
            throw PrometheusDataError(
                file: directory, reason: "segments between \(previous.name) and \(next.name) are missing")
        }
        segments = paths + rest.map { "\(directory)/\($0.name)" }
        if segments.isEmpty { return nil }
        var total: Int64 = 0
        for segment in segments { total += try files.status(segment)?.size ?? 0 }
        totalBytes = total
    }

    private static func numbered(_ names: [String]) -> [(name: String, number: Int)] {
        names.compactMap { name in
            guard name.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(name) else { return nil }
            return (name, number)
        }
        .sorted { $0.number < $1.number }
    }

    /// Reads all records of the wanted kinds in order, and over what cannot be read to the next record or page.
    /// - Parameter body: gets records, valid until the next one, and the bytes read so far.
    /// - Returns: what could not be read.
    package func read(
        _ wanted: LogRecord.Kinds, _ body: (LogRecord, Int64) throws -> Void
    ) throws -> [PrometheusDataError] {
        var damages: [PrometheusDataError] = []
        let decoder = LogDecoder(wanted)
        var done: Int64 = 0
        for (index, path) in segments.enumerated() {
            let file = try files.open(path, .read)
            let size = Int(try file.size())
            if size == 0 { continue }
            let map = try file.map(length: size)
            let reader = LogSegmentReader(map.bytes, file: path, mayBeTorn: index == segments.count - 1)
            var isAtEnd = false
            while !isAtEnd {
                switch Self.step(reader, decoder) {
                case .record(let record): try body(record, done + Int64(reader.position))
                case .ignored: break
                case .damaged(let error): damages.append(error)
                case .end: isAtEnd = true
                }
            }
            withExtendedLifetime(map) {}
            done += Int64(size)
        }
        return damages
    }

    private enum Step {
        case record(LogRecord)
        case ignored
        case damaged(PrometheusDataError)
        case end
    }

    private static func step(_ reader: LogSegmentReader, _ decoder: LogDecoder) -> Step {
        do throws(PrometheusDataError) {
            guard let raw = try reader.next() else { return .end }
            guard let record = try decoder.decode(raw) else { return .ignored }
            return .record(record)
        } catch {
            return .damaged(error)
        }
    }
}
