import Platform

extension Labels: Comparable {
    /// Prometheus's order: label by label, name first, then value, by bytes; a prefix comes first.
    package static func < (left: Labels, right: Labels) -> Bool {
        left.encoded.withUnsafeBytes { a in right.encoded.withUnsafeBytes { b in precedes(encoded: a, b) } }
    }

    /// The same for encoded forms that lie elsewhere.
    package static func precedes(encoded a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        let shared = min(a.count, b.count)
        var difference = 0
        while difference + 8 <= shared,
            a.loadUnaligned(fromByteOffset: difference, as: UInt64.self)
                == b.loadUnaligned(fromByteOffset: difference, as: UInt64.self)
        {
            difference += 8
        }
        while difference < shared, a[difference] == b[difference] { difference += 1 }
        if difference == shared { return a.count < b.count }
        // Up to the first byte that differs both have the same fields; the one it lies in decides.
        var start = 0
        var position = 0
        while true {
            let length = field(a, &position).count
            if position > difference {
                // In front of the field's text its length differs.
                if difference >= position - length { return a[difference] < b[difference] }
                break
            }
            start = position
        }
        var other = start
        return compare(field(a, &start), field(b, &other)) < 0
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
