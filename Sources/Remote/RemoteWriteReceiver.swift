import Compression
import HTTP
import Model
import Platform
import Telemetry

/// Takes remote write 1.0 requests (https://prometheus.io/docs/specs/prw/remote_write_spec/): snappy, protobuf,
/// answered with 204 when all is stored, 400 when something can never be stored (the sender must not try again; the
/// rest is stored), 500 when storage failed (the sender tries again). Thread safe.
package final class RemoteWriteReceiver: Sendable {
    private let appender: any SampleAppender
    private let clock: any TimeSource
    private let known: KnownSeries
    private let seed: UInt64
    private let metrics: RemoteMetrics
    private let logger: Logger

    /// Larger unpacked bodies are refused.
    private static let unpackedLimit = 32 << 20
    private static let knownSeriesLimit = 4_000_000

    /// `seed` should be random.
    package init(
        appender: any SampleAppender, clock: any TimeSource, seed: UInt64, registry: MetricRegistry, logger: Logger
    ) {
        self.appender = appender
        self.clock = clock
        self.seed = seed
        known = KnownSeries(limit: Self.knownSeriesLimit)
        metrics = RemoteMetrics(registry)
        self.logger = logger
    }

    /// Adds `POST /api/v1/write`.
    package func register(on router: inout Router) {
        router.add([.post], "/api/v1/write", .worker) { [self] in respond(to: $0) }
    }

    func respond(to request: Request) -> Response {
        let type = request.headers["Content-Type"] ?? ""
        if !type.isEmpty, !type.hasPrefix("application/x-protobuf") || type.contains("proto=io.") {
            return refusal(415, "\(type) is not taken: send application/x-protobuf;proto=prometheus.WriteRequest")
        }
        let encoding = request.headers["Content-Encoding"] ?? "snappy"
        guard encoding == "snappy" else { return refusal(415, "\(encoding) is not taken: send snappy") }
        let unpacked = ByteBuffer(capacity: request.body.count * 3)
        do {
            try request.body.withUnsafeBytes {
                try Snappy.decompress($0, limit: Self.unpackedLimit, into: unpacked)
            }
        } catch {
            return refusal(400, "the body is no snappy block: \(error)")
        }
        // The decoded request points into the unpacked bytes.
        return withExtendedLifetime(unpacked) { respond(toMessage: unpacked.bytes) }
    }

    private func respond(toMessage message: UnsafeRawBufferPointer) -> Response {
        let decoded: WriteRequest
        do throws(ProtobufReader.Problem) { decoded = try WriteRequest(message, seed: seed) } catch {
            return refusal(400, "the body is no WriteRequest message")
        }
        do throws(AppendError) {
            if let response = try store(decoded) { return response }
            // Known series have left the store: all are looked up again. What was stored is not stored twice.
            known.removeAll()
            return try store(decoded) ?? refusal(500, "series have left the store; try again")
        } catch {
            metrics.failed.add(decoded.times.count)
            logger.error("remote write failed", ["reason": error.description])
            return refusal(500, error.description)
        }
    }

    /// Nil when some series are not known any more.
    private func store(_ request: WriteRequest) throws(AppendError) -> Response? {
        var problems: [String] = []
        let entries = try resolve(request, &problems)
        var batch = AppendBatch()
        var partOfOrigin: [UInt64: Int] = [:]
        var last: (originKey: UInt64, part: Int)?
        for (series, entry) in zip(request.series, entries) {
            guard let entry, !series.samples.isEmpty else { continue }
            // Series of one origin mostly follow one another.
            var part = last?.originKey == entry.originKey ? last?.part : partOfOrigin[entry.originKey]
            if part == nil {
                part = batch.parts.count
                partOfOrigin[entry.originKey] = part
                batch.parts.append(.init(origin: Origin(.remote, key: entry.originKey), time: 0))
            }
            guard let part else { continue }
            last = (entry.originKey, part)
            batch.parts[part].append(entry.reference, request.times[series.samples], request.values[series.samples])
        }
        for part in batch.parts.indices { batch.parts[part].sortByTime() }
        let outcome = try appender.append(batch, now: clock.wallMilliseconds())
        metrics.count(outcome)
        if outcome.forgotten > 0 { return nil }
        problems += Self.refused(outcome)
        return problems.isEmpty ? Response(status: 204) : refusal(400, problems.joined(separator: "; "))
    }

    /// The series of each entry of the request; nil where the labels are refused.
    private func resolve(
        _ request: WriteRequest, _ problems: inout [String]
    ) throws(AppendError) -> [KnownSeries.Entry?] {
        var entries = known.entries(for: request.series)
        var added: [(fingerprint: UInt64, entry: KnownSeries.Entry)] = []
        for index in entries.indices where entries[index] == nil {
            let labels: Labels
            do throws(LabelProblem) { labels = try Self.labels(of: request.series[index], in: request) } catch {
                if problems.count < 5 { problems.append(error.description) }
                metrics.badLabels.add(request.series[index].samples.count)
                continue
            }
            let reference: SeriesReference
            do throws(AppendError) { reference = try appender.reference(for: labels) } catch {
                // The sender would send the whole request again and again, and old series would wait with the new ones.
                if !error.isOfOneSeries { throw error }
                if problems.count < 5 { problems.append("\(labels): \(error)") }
                metrics.count(error, request.series[index].samples.count)
                continue
            }
            let entry = KnownSeries.Entry(
                reference: reference,
                originKey: StableHash.combine(
                    StableHash.hash(labels[LabelNames.job] ?? ""), StableHash.hash(labels[LabelNames.instance] ?? "")))
            entries[index] = entry
            added.append((request.series[index].fingerprint, entry))
        }
        if !added.isEmpty { known.add(added) }
        return entries
    }

    struct LabelProblem: Error, CustomStringConvertible {
        var description: String
    }

    private static func labels(
        of series: WriteRequest.Series, in request: WriteRequest
    ) throws(LabelProblem) -> Labels {
        let pairs: [WriteRequest.Label]
        do throws(ProtobufReader.Problem) { pairs = try request.labels(of: series) } catch {
            throw LabelProblem(description: "a label is no message")
        }
        var labels: [Label] = []
        for (name, value) in pairs {
            guard let name = String(validating: name, as: UTF8.self), !name.isEmpty,
                let value = String(validating: value, as: UTF8.self)
            else { throw LabelProblem(description: "a label is empty or no UTF-8") }
            if labels.contains(where: { $0.name == name }) {
                throw LabelProblem(description: "label \(GoText.quoted(name)) occurs twice")
            }
            labels.append(Label(name, value))
        }
        guard labels.contains(where: { $0.name == LabelNames.metric && !$0.value.isEmpty }) else {
            throw LabelProblem(description: "a series has no metric name")
        }
        return Labels(labels)
    }

    private static func refused(_ outcome: AppendOutcome) -> [String] {
        [
            (outcome.duplicate, "another value for the same timestamp"),
            (outcome.outOfOrder, "older than the out-of-order window"),
            (outcome.tooOld, "older than the retention"),
            (outcome.tooFarAhead, "more than ten minutes ahead of the server's clock"),
        ].compactMap { $0.0 == 0 ? nil : "\($0.0) samples refused: \($0.1)" }
    }

    private func refusal(_ status: Int, _ text: String) -> Response {
        Response(status: status, text: text + "\n")
    }
}

extension AppendBatch.Part {
    fileprivate mutating func append(
        _ reference: SeriesReference, _ times: ArraySlice<Int64>, _ values: ArraySlice<Double>
    ) {
        for _ in times { references.append(reference) }
        self.times.append(contentsOf: times)
        self.values.append(contentsOf: values)
    }
}
