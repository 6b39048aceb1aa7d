import CCurl
import Model
import Platform

/// One libcurl easy handle, usable for one exchange after the other. Used by one thread at a time.
final class HTTPTransfer {
    /// `CURL *`.
    let handle: UnsafeMutableRawPointer
    /// The caller's name for the exchange.
    var id: UInt64 = 0

    private var request = OutgoingRequest(url: "")
    private var isPrepared = false
    private var body: ByteBuffer?
    private var isOverLimit = false
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// libcurl wants this once per process, before anything else of it runs.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init() throws(HTTPClientError) {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw HTTPClientError("libcurl cannot be started: out of memory or not usable on this machine")
        }
        self.handle = handle
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headers)
        errorText.deallocate()
    }

    /// Prepares the handle; what comes back goes into `body`. Connections survive, everything else of the
    /// last exchange is forgotten.
    func configure(_ request: OutgoingRequest, body: ByteBuffer) throws(HTTPClientError) {
        errorText[0] = 0
        isOverLimit = false
        body.removeAll()
        let isLikeLast = isPrepared && request.isLike(self.request)
        self.request = request
        self.body = body
        if !isLikeLast { try prepare() }
        try text(CURLOPT_URL, request.url)
    }

    /// Sets everything but the address, which takes libcurl longer than the other work it has with a scrape.
    private func prepare() throws(HTTPClientError) {
        isPrepared = false
        curl_easy_reset(handle)
        curl_slist_free_all(headers)
        headers = nil
        try text(CURLOPT_PROTOCOLS_STR, "http,https")
        try text(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        // Never a proxy out of the environment: a server's requests go where its configuration says.
        try text(CURLOPT_PROXY, "")
        try number(CURLOPT_NOSIGNAL, 1)
        try number(CURLOPT_FOLLOWLOCATION, 1)
        try number(CURLOPT_MAXREDIRS, 10)
        try number(CURLOPT_TIMEOUT_MS, Int(request.timeout))
        try number(CURLOPT_CONNECTTIMEOUT_MS, Int(request.timeout))
        if request.acceptsCompression { try text(CURLOPT_ACCEPT_ENCODING, "gzip") }
        try pointer(CURLOPT_ERRORBUFFER, errorText)
        try check(ccurl_set_receiver(handle, receiveBody, Unmanaged.passUnretained(self).toOpaque()))
        try setMethod()
        for header in request.headers {
            headers = curl_slist_append(headers, "\(header.name): \(header.value)") ?? headers
        }
        if let headers { try pointer(CURLOPT_HTTPHEADER, headers) }
        isPrepared = true
    }

    private func setMethod() throws(HTTPClientError) {
        switch request.method {
        case "GET": break
        case "HEAD": try number(CURLOPT_NOBODY, 1)
        default:
            try number(CURLOPT_POST, 1)
            try number(CURLOPT_POSTFIELDSIZE, request.body.count)
            let code = request.body.withUnsafeBytes {
                ccurl_set_pointer(
                    handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? UnsafeRawPointer(errorText))
            }
            try check(code)
            if request.method != "POST" { try text(CURLOPT_CUSTOMREQUEST, request.method) }
        }
    }

    /// Runs the exchange on this thread.
    func perform() throws(HTTPClientError) -> FetchedPage { try finish(curl_easy_perform(handle)) }

    /// What came of an exchange that ended with `code`.
    func finish(_ code: CURLcode) throws(HTTPClientError) -> FetchedPage {
        guard code == CURLE_OK else { throw failure(code) }
        return FetchedPage(
            status: ccurl_get_number(handle, CURLINFO_RESPONSE_CODE),
            contentType: ccurl_get_text(handle, CURLINFO_CONTENT_TYPE).map { String(cString: $0) } ?? "",
            body: body ?? ByteBuffer())
    }

    /// The body's buffer, for the next exchange of whoever needs one.
    func takeBody() -> ByteBuffer? {
        defer { body = nil }
        return body
    }

    /// Takes a piece of the body; false ends the transfer.
    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let body else { return false }
        if request.maxBodyBytes > 0, body.count + bytes.count > request.maxBodyBytes {
            isOverLimit = true
            return false
        }
        body.append(bytes)
        return true
    }

    // MARK: Errors

    private func failure(_ code: CURLcode) -> HTTPClientError {
        let verb = request.method.prefix(1) + request.method.dropFirst().lowercased()
        return HTTPClientError(
            "\(verb) \"\(request.url)\": \(reason(code))", isTimeout: code == CURLE_OPERATION_TIMEDOUT,
            isOverLimit: isOverLimit)
    }

    private func reason(_ code: CURLcode) -> String {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return
                "context deadline exceeded (no complete answer within \(DurationText.text(request.timeout)))"
        case CURLE_COULDNT_RESOLVE_HOST: return "dial tcp: lookup \(host.name): no such host"
        case CURLE_COULDNT_CONNECT:
            return "dial tcp \(host.name):\(host.port): connect: \(systemReason ?? detail(code))"
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR: return systemReason ?? detail(code)
        case CURLE_GOT_NOTHING: return "EOF (the connection was closed without an answer)"
        case CURLE_TOO_MANY_REDIRECTS: return "stopped after 10 redirects"
        case CURLE_WRITE_ERROR where isOverLimit:
            return "body size limit exceeded (\(request.maxBodyBytes) bytes)"
        default: return detail(code)
        }
    }

    /// libcurl's own words.
    private func detail(_ code: CURLcode) -> String {
        errorText[0] != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }

    /// The system's words for the last failed call on the socket, as Go writes them: lower case.
    private var systemReason: String? {
        let number = ccurl_get_number(handle, CURLINFO_OS_ERRNO)
        guard number != 0 else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { output in
            guard let start = output.baseAddress else { return nil }
            ccurl_system_error_text(number, start, output.count)
            let text = String(cString: start)
            return text.prefix(1).lowercased() + text.dropFirst()
        }
    }

    /// Host and port that the (last) URL names.
    private var host: (name: String, port: String) {
        let url = ccurl_get_text(handle, CURLINFO_EFFECTIVE_URL).map { String(cString: $0) } ?? request.url
        guard let parts = curl_url() else { return (url, "") }
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK else { return (url, "") }
        let defaultPort = UInt32(CURLU_DEFAULT_PORT)
        return (part(of: parts, CURLUPART_HOST, 0) ?? url, part(of: parts, CURLUPART_PORT, defaultPort) ?? "")
    }

    private func part(of url: OpaquePointer, _ which: CURLUPart, _ flags: UInt32) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, which, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    // MARK: Options

    private func text(_ option: CURLoption, _ value: String) throws(HTTPClientError) {
        try check(ccurl_set_text(handle, option, value))
    }

    private func number(_ option: CURLoption, _ value: Int) throws(HTTPClientError) {
        try check(ccurl_set_number(handle, option, value))
    }

    private func pointer(_ option: CURLoption, _ value: UnsafeRawPointer) throws(HTTPClientError) {
        try check(ccurl_set_pointer(handle, option, value))
    }

    private func check(_ code: CURLcode) throws(HTTPClientError) {
        if code != CURLE_OK { throw failure(code) }
    }
}

/// libcurl's callback for pieces of a body; `context` is the `HTTPTransfer`.
private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    let length = size * count
    // A return of anything but the length ends the transfer.
    return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : length &+ 1
}
