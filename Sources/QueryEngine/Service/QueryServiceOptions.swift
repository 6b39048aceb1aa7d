/// How many queries run and wait.
package struct QueryServiceOptions: Sendable {
    /// Queries that are evaluated at once (`--query.max-concurrency`).
    package var concurrency = 20
    /// Queries that may wait, of all clients and of one.
    package var queueLimit = 1024
    package var clientQueueLimit = 256

    package init() {}
}
