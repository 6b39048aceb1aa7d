import CMicrohttpd
import Platform

/// What a fetch brought. The body is valid only while it is delivered: its buffer goes on to the next
/// fetch.
package struct FetchedPage {
    package var status: Int
    package var contentType: String
    package var body: ByteBuffer

    package init(status: Int, contentType: String, body: ByteBuffer) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// The status with its name: `404 Not Found`.
    package var statusText: String {
        MHD_get_reason_phrase_for(UInt32(clamping: status)).map { "\(status) \(String(cString: $0))" } ?? "\(status)"
    }
}
