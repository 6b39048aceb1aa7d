/// Puts elements in order by 64-bit keys that tell most of them apart.
enum KeyOrder {
    /// Below so many, counting the values of a byte costs more than comparing.
    private static let fewest = 64

    /// Sorts by `key`, those with the same one by `precedes`. One pass for each byte in which keys differ, from the
    /// lowest on (a radix sort by least significant digit; Knuth, The Art of Computer Programming 3, 5.2.5).
    @inline(__always) static func sort<Element>(
        _ elements: inout [Element], key: (Element) -> UInt64, precedes: (Element, Element) -> Bool
    ) {
        if elements.count < fewest {
            elements.sort { key($0) == key($1) ? precedes($0, $1) : key($0) < key($1) }
            return
        }
        var differing: UInt64 = 0
        let first = key(elements[0])
        for element in elements { differing |= key(element) ^ first }
        var spare = elements
        for shift in stride(from: 0, to: UInt64.bitWidth, by: 8) where differing >> shift & 0xff != 0 {
            distribute(elements, to: &spare) { Int(key($0) >> shift & 0xff) }
            swap(&elements, &spare)
        }
        sortTies(&elements, key, precedes)
    }

    /// Moves elements to `target` in order of a digit, those with the same one in the order they have.
    @inline(__always) private static func distribute<Element>(
        _ elements: [Element], to target: inout [Element], by digit: (Element) -> Int
    ) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { places in
            places.initialize(repeating: 0)
            for element in elements { places[digit(element)] += 1 }
            var place = 0
            for value in 0..<256 {
                let count = places[value]
                places[value] = place
                place += count
            }
            target.withUnsafeMutableBufferPointer { target in
                for element in elements {
                    let value = digit(element)
                    target[places[value]] = element
                    places[value] += 1
                }
            }
        }
    }

    @inline(__always) private static func sortTies<Element>(
        _ elements: inout [Element], _ key: (Element) -> UInt64, _ precedes: (Element, Element) -> Bool
    ) {
        var start = 0
        for place in 1...elements.count {
            if place < elements.count, key(elements[place]) == key(elements[start]) { continue }
            if place - start > 1 { elements[start..<place].sort(by: precedes) }
            start = place
        }
    }
}
