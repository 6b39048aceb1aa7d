/// A sum with the error of each addition carried along (Kahan, in Neumaier's form), step by step as Prometheus
/// does it.
struct CompensatedSum {
    var sum = 0.0
    var compensation = 0.0

    @inline(__always) mutating func add(_ value: Double) {
        let total = sum + value
        if total.isInfinite {
            compensation = 0
        } else if sum.magnitude >= value.magnitude {
            compensation += (sum - total) + value
        } else {
            compensation += (value - total) + sum
        }
        sum = total
    }

    /// Sum and compensation together; an infinite sum stands for itself.
    @inline(__always) var total: Double { sum.isInfinite ? sum : sum + compensation }

    /// Both together, whatever they are.
    @inline(__always) var value: Double { sum + compensation }
}
