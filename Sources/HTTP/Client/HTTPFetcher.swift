import CCurl
import Platform

/// Many exchanges at once over connections that are kept open: libcurl's multi interface.
///
/// It has no thread of its own: `start` and `poll` are called by one thread, which waits inside `poll`;
/// `wake` may be called by any. Handles and body buffers are shared by all exchanges, so memory follows how
/// many run at the same time, not how many addresses there are.
package final class HTTPFetcher: @unchecked Sendable {
    // Sendable: `multi` is all that `wake` touches, and libcurl allows that from any thread; the rest
    // belongs to the polling thread.

    /// `CURLM *`.
    private let multi: UnsafeMutableRawPointer
    private var running: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
    private var idleTransfers: [HTTPTransfer] = []
    private var idleBodies: [ByteBuffer] = []
    /// Exchanges that ended before they began.
    private var stillborn: [(id: UInt64, error: HTTPClientError)] = []
    /// Exchanges were added that libcurl has not looked at.
    private var hasNew = false

    /// Spare handles (about 6 KiB each) and buffers beyond these go back to the heap.
    private static let mostIdleTransfers = 16
    private static let mostIdleBodies = 4
    private static let mostIdleBodyBytes = 4 << 20

    package init() throws(HTTPClientError) {
        // The first transfer also sets libcurl itself up.
        idleTransfers.append(try HTTPTransfer())
        guard let multi = curl_multi_init() else { throw HTTPClientError("libcurl cannot be started: out of memory") }
        self.multi = multi
    }

    deinit {
        for handle in running.keys { curl_multi_remove_handle(multi, handle) }
        curl_multi_cleanup(multi)
    }

    /// Keeps at most so many connections open between exchanges.
    package func keepConnections(_ count: Int) {
        ccurl_multi_set_number(multi, CURLMOPT_MAXCONNECTS, max(count, 1))
    }

    /// Begins an exchange; a later `poll` delivers what came of it under this id.
    package func start(_ request: OutgoingRequest, id: UInt64) {
        do throws(HTTPClientError) {
            let transfer = try nextTransfer()
            transfer.id = id
            try transfer.configure(request, body: idleBodies.popLast() ?? ByteBuffer())
            guard curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
                throw HTTPClientError("libcurl refuses a further transfer: out of memory")
            }
            running[transfer.handle] = transfer
            hasNew = true
        } catch {
            stillborn.append((id, error))
        }
    }

    private func nextTransfer() throws(HTTPClientError) -> HTTPTransfer {
        if let idle = idleTransfers.popLast() { return idle }
        return try HTTPTransfer()
    }

    /// Waits until an exchange moves, `wake` is called or the time is over, and delivers the exchanges that
    /// are finished. The page's body is valid only inside `deliver`, which may start further exchanges.
    package func poll(
        milliseconds: Int32, deliver: (UInt64, Result<FetchedPage, HTTPClientError>) -> Void
    ) {
        // What libcurl knows already it watches by itself; asking it without need costs system calls per exchange.
        if hasNew || !stillborn.isEmpty, perform(deliver) { return }
        curl_multi_poll(multi, nil, 0, milliseconds, nil)
        _ = perform(deliver)
    }

    /// Moves what can be moved. Whether anything was delivered.
    private func perform(_ deliver: (UInt64, Result<FetchedPage, HTTPClientError>) -> Void) -> Bool {
        hasNew = false
        var active: Int32 = 0
        curl_multi_perform(multi, &active)
        return deliverFinished(deliver)
    }

    /// Ends the present or the next wait of `poll` at once.
    package func wake() { curl_multi_wakeup(multi) }

    private func deliverFinished(_ deliver: (UInt64, Result<FetchedPage, HTTPClientError>) -> Void) -> Bool {
        var isAny = !stillborn.isEmpty
        for (id, error) in stillborn { deliver(id, .failure(error)) }
        stillborn.removeAll()
        var handle: UnsafeMutableRawPointer?
        var code = CURLE_OK
        while ccurl_multi_next_finished(multi, &handle, &code) {
            guard let handle, let transfer = running.removeValue(forKey: handle) else { continue }
            isAny = true
            // Removed first: the connection is free for others, and the handle's figures stay readable.
            curl_multi_remove_handle(multi, handle)
            do throws(HTTPClientError) {
                deliver(transfer.id, .success(try transfer.finish(code)))
            } catch {
                deliver(transfer.id, .failure(error))
            }
            recycle(transfer)
        }
        return isAny
    }

    private func recycle(_ transfer: HTTPTransfer) {
        if let body = transfer.takeBody(), idleBodies.count < Self.mostIdleBodies,
            body.capacity <= Self.mostIdleBodyBytes
        {
            idleBodies.append(body)
        }
        if idleTransfers.count < Self.mostIdleTransfers { idleTransfers.append(transfer) }
    }
}
