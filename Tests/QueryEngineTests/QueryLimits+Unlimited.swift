import Model
import TestSupport

@testable import QueryEngine

extension QueryLimits {
    /// For what is computed without a query around it.
    static let unlimited = unlimited(Cancellation())

    /// Ends only when it is cancelled.
    static func unlimited(_ cancellation: Cancellation) -> QueryLimits {
        QueryLimits(
            budget: Budget(maxSamples: .max, maxBytes: .max / 4, pool: MemoryPool(limit: .max / 2)),
            clock: ManualTime(), deadline: .max, cancellation: cancellation)
    }
}
