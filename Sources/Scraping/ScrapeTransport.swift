import HTTP
import Platform

/// The way to the targets. `start` and `poll` are called by the scrape thread only, `wake` by any.
package protocol ScrapeTransport: AnyObject, Sendable {
    /// Keeps at most so many connections open between scrapes.
    func keepConnections(_ count: Int)
    /// Begins a fetch; a later `poll` delivers what came of it under this id.
    func start(_ request: OutgoingRequest, id: UInt64)
    /// Waits until something happens, `wake` is called or the time is over, and delivers the fetches that
    /// are finished. A page's body is valid only inside `deliver`.
    func poll(milliseconds: Int32, deliver: (UInt64, Result<FetchedPage, HTTPClientError>) -> Void)
    /// Ends the present or the next wait of `poll`.
    func wake()
}

extension HTTPFetcher: ScrapeTransport {}
