import Platform

extension Labels: Comparable {
    /// Prometheus's order: label by label, name first, then value, by bytes; a prefix comes first.
    package static func < (left: Labels, right: Labels) -> Bool {
        left.encoded.withUnsafeBytes { a in right.encoded.withUnsafeBytes { b in precedes(encoded: a, b) } }
    }

    /// The same for encoded forms that lie elsewhere.
    package static func precedes(encoded a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        var i = 0
        var j = 0
        while i < a.count && j < b.count {
            let names = compare(field(a, &i), field(b, &j))
            if names != 0 { return names < 0 }
            let values = compare(field(a, &i), field(b, &j))
            if values != 0 { return values < 0 }
        }
        return j < b.count
    }

    /// Order by bytes, the order of labels everywhere (Swift's own `String` order is not that for all of
    /// Unicode).
    package static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Less than, equal to or greater than zero, by bytes.
    package static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let shared = min(left.count, right.count)
        if shared > 0, let a = left.baseAddress, let b = right.baseAddress {
            let order = compareMemory(a, b, shared)
            if order != 0 { return order }
        }
        return left.count - right.count
    }
}
