import HTTP
import Platform

/// Successful answers: `{"status":"success","data":…}`.
enum Answer {
    static let contentType = "application/json"

    /// `write` writes the data.
    static func success(warnings: [String] = [], _ write: (inout JSONWriter) -> Void) -> Response {
        let buffer = ByteBuffer(capacity: 1024)
        begin(buffer)
        var writer = JSONWriter(buffer)
        write(&writer)
        end(buffer, warnings: warnings)
        return Response(contentType: contentType, body: .bytes(buffer))
    }

    static func begin(_ buffer: ByteBuffer) { buffer.append("{\"status\":\"success\",\"data\":") }

    static func end(_ buffer: ByteBuffer, warnings: [String] = [], infos: [String] = []) {
        notes(",\"warnings\":", warnings, buffer)
        notes(",\"infos\":", infos, buffer)
        buffer.append("}")
    }

    private static func notes(_ member: StaticString, _ texts: [String], _ buffer: ByteBuffer) {
        if texts.isEmpty { return }
        buffer.append(member)
        var writer = JSONWriter(buffer)
        writer.strings(texts)
    }

    static let truncation = "results truncated due to limit"
}
