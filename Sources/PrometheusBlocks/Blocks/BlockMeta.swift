import Model
import Platform

/// The `meta.json` of a block.
package struct BlockMeta: Sendable, Equatable {
    package var ulid: String
    /// First millisecond, inclusive.
    package var minimumTime: Int64
    /// Exclusive.
    package var maximumTime: Int64
    package var samples = 0
    package var series = 0
    package var chunks = 0
    /// Blocks that this one replaces.
    package var parents: [String] = []
    /// Empty and waiting for its removal.
    package var isDeletable = false

    package init(ulid: String, minimumTime: Int64, maximumTime: Int64) {
        self.ulid = ulid
        self.minimumTime = minimumTime
        self.maximumTime = maximumTime
    }

    init(json bytes: [UInt8], file: String) throws(PrometheusDataError) {
        let json: JSONValue
        do throws(JSONReader.Problem) { json = try JSONReader.read(bytes) } catch {
            throw PrometheusDataError(file: file, offset: error.offset, reason: "this is no JSON")
        }
        guard json["version"]?.number == 1 else {
            throw PrometheusDataError(file: file, reason: "the format of this block is not known (version is not 1)")
        }
        guard let ulid = json["ulid"]?.string, let minimum = Self.time(json["minTime"]),
            let maximum = Self.time(json["maxTime"]), minimum <= maximum
        else {
            throw PrometheusDataError(file: file, reason: "ulid, minTime or maxTime are missing or make no sense")
        }
        self.init(ulid: ulid, minimumTime: minimum, maximumTime: maximum)
        let stats = json["stats"]
        samples = Self.count(stats?["numSamples"])
        series = Self.count(stats?["numSeries"])
        chunks = Self.count(stats?["numChunks"])
        let compaction = json["compaction"]
        parents = compaction?["parents"]?.array?.compactMap { $0["ulid"]?.string } ?? []
        isDeletable = compaction?["deletable"] == .boolean(true)
    }

    private static func time(_ value: JSONValue?) -> Int64? { value?.number.flatMap { Int64(exactly: $0) } }
    private static func count(_ value: JSONValue?) -> Int { value?.number.flatMap { Int(exactly: $0) } ?? 0 }

    var json: String {
        """
        {
        \t"ulid": "\(ulid)",
        \t"minTime": \(minimumTime),
        \t"maxTime": \(maximumTime),
        \t"stats": {
        \t\t"numSamples": \(samples),
        \t\t"numSeries": \(series),
        \t\t"numChunks": \(chunks)
        \t},
        \t"compaction": {
        \t\t"level": 1,
        \t\t"sources": [
        \t\t\t"\(ulid)"
        \t\t]
        \t},
        \t"version": 1
        }

        """
    }
}
