/// Values side by side, as an array has them, but room can be taken without filling it: most of what is read is written
/// whole. Not thread safe.
package struct SamplePool: ~Copyable {
    private var base: UnsafeMutablePointer<Double>
    private var capacity: Int
    package private(set) var count = 0

    init() {
        capacity = 64
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    package subscript(index: Int) -> Double {
        get {
            precondition(index >= 0 && index < count)
            return base[index]
        }
        set {
            precondition(index >= 0 && index < count)
            base[index] = newValue
        }
    }

    /// All values; valid until room is taken again.
    package var pointer: UnsafeMutablePointer<Double> { base }

    /// Takes room for `size` values of any content and returns the first one's place.
    package mutating func take(_ size: Int) -> UnsafeMutablePointer<Double> {
        if count + size > capacity { grow(to: max(count + size, 2 * capacity)) }
        defer { count += size }
        return base + count
    }

    package mutating func append(_ value: Double) { take(1).initialize(to: value) }

    package mutating func append(contentsOf values: some Sequence<Double>) {
        for value in values { append(value) }
    }

    /// Gives the last values back.
    package mutating func removeLast(_ size: Int) {
        precondition(size <= count)
        count -= size
    }

    mutating func removeAll() { count = 0 }

    private mutating func grow(to size: Int) {
        let larger = UnsafeMutablePointer<Double>.allocate(capacity: size)
        larger.initialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity = size
    }
}
