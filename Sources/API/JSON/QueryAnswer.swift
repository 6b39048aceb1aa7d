import HTTP
import Model
import Platform
import QueryEngine

/// A query's answer as JSON, written piece by piece: `resultType` before `result`, as clients that read
/// streams want it.
final class QueryAnswer: ResponseStream {
    /// How the answer is wanted.
    struct Form: Sendable {
        var limit: Int?
        var hasStatistics: Bool

        init(_ parameters: Parameters) throws(APIError) {
            limit = try parameters.limit()
            hasStatistics = !(parameters["stats"] ?? "").isEmpty
        }
    }

    private let result: QueryResult
    private let report: QueryReport
    private let form: Form
    private var hasBegun = false
    /// A first piece that was written before it was asked for.
    private var begun: ByteBuffer?
    /// The series to write next, and how many of its samples are written.
    private var series = 0
    private var rows = 0
    private var timeTexts = TimeTexts()

    /// Samples of one series between two looks at the piece's size.
    private static let batch = 1024

    init(_ result: QueryResult, _ report: QueryReport, _ form: Form) {
        var result = result
        if let limit = form.limit, result.truncate(to: limit) { result.warnings.append(Answer.truncation) }
        self.result = result
        self.report = report
        self.form = form
    }

    /// The answer as one piece if it is a small one, as it is expected to be.
    var wholeResponse: Response {
        let buffer = ByteBuffer(capacity: 4096)
        let isWhole = !writePiece(to: buffer)
        if isWhole { return Response(contentType: Answer.contentType, body: .bytes(buffer)) }
        begun = buffer
        return response
    }

    var response: Response { Response(contentType: Answer.contentType, body: .stream(self)) }

    func writePiece(to buffer: ByteBuffer) -> Bool {
        if let begun {
            buffer.append(begun.bytes)
            self.begun = nil
            return true
        }
        let end = buffer.count + responsePieceBytes
        if !hasBegun { begin(buffer) }
        hasBegun = true
        switch result.value {
        case .scalar(let time, let value):
            SampleJSON.write(time: time, value: value, to: buffer)
        case .string(let time, let text):
            buffer.append("[")
            SampleJSON.writeSeconds(time, to: buffer)
            buffer.append(",")
            JSONText.write(text, to: buffer)
            buffer.append("]")
        case .vector(let samples):
            while series < samples.count, buffer.count < end { write(samples[series], to: buffer) }
            if series < samples.count { return true }
            buffer.append("]")
        case .matrix(let all):
            while series < all.count, buffer.count < end { writeBatch(of: all[series], to: buffer) }
            if series < all.count { return true }
            buffer.append("]")
        }
        finish(buffer)
        return false
    }

    private func begin(_ buffer: ByteBuffer) {
        Answer.begin(buffer)
        switch result.value {
        case .scalar: buffer.append("{\"resultType\":\"scalar\",\"result\":")
        case .string: buffer.append("{\"resultType\":\"string\",\"result\":")
        case .vector: buffer.append("{\"resultType\":\"vector\",\"result\":[")
        case .matrix: buffer.append("{\"resultType\":\"matrix\",\"result\":[")
        }
    }

    private func write(_ sample: VectorSample, to buffer: ByteBuffer) {
        buffer.append(series == 0 ? "{\"metric\":" : ",{\"metric\":")
        LabelsJSON.write(sample.labels, to: buffer)
        buffer.append(",\"value\":")
        SampleJSON.write(time: sample.time, value: sample.value, to: buffer)
        buffer.append("}")
        series += 1
    }

    private func writeBatch(of one: MatrixSeries, to buffer: ByteBuffer) {
        if rows == 0 {
            buffer.append(series == 0 ? "{\"metric\":" : ",{\"metric\":")
            LabelsJSON.write(one.labels, to: buffer)
            buffer.append(",\"values\":[")
        } else {
            buffer.append(",")
        }
        let range = rows..<min(rows + Self.batch, one.times.count)
        one.values.withUnsafeBufferPointer { values in
            let values = UnsafeBufferPointer(rebasing: values[range])
            timeTexts.withTexts(of: one.times) { texts in
                if let texts { return SampleJSON.write(.init(rebasing: texts[range]), values: values, to: buffer) }
                one.times.withUnsafeBufferPointer { times in
                    SampleJSON.write(times: .init(rebasing: times[range]), values: values, to: buffer)
                }
            }
        }
        rows = range.upperBound
        if rows == one.times.count {
            buffer.append("]}")
            series += 1
            rows = 0
        }
    }

    private func finish(_ buffer: ByteBuffer) {
        if form.hasStatistics {
            buffer.append(",\"stats\":")
            var writer = JSONWriter(buffer)
            writer.statistics(result.statistics, report)
        }
        if let plan = result.plan {
            buffer.append(plan.actual == nil ? ",\"explain\":" : ",\"analysis\":")
            var writer = JSONWriter(buffer)
            writer.plan(plan)
        }
        buffer.append("}")
        Answer.end(buffer, warnings: result.warnings, infos: result.infos)
    }
}
