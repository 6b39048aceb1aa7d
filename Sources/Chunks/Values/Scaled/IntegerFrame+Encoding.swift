import Platform

extension IntegerFrame {
    /// One way to write a frame.
    private struct Plan {
        var kind = Kind.zigzag
        /// What a sparse frame's bitmap repeats, if it repeats anything.
        var period: Int?
        var offset: Int64 = 0
        /// The numbers to pack.
        var numbers: UnsafeMutablePointer<UInt64>
        var count = 0
        var widthIndex = 0
        var patches = 0
        /// Length of all behind the header's byte.
        var bits = 0
    }

    /// What is known of a frame's integers at one glance.
    private struct Range {
        var zeros = 0
        /// Of the integers that are not zero.
        var smallest = Int64.max
        var largest = Int64.min

        init(_ integers: UnsafePointer<Int64>, _ count: Int) {
            for index in 0..<count {
                let integer = integers[index]
                zeros &+= integer == 0 ? 1 : 0
                smallest = min(smallest, integer == 0 ? Int64.max : integer)
                largest = max(largest, integer == 0 ? Int64.min : integer)
            }
        }
    }

    /// Writes a frame of 1...128 integers and returns its end. `scratch` has room for 256 numbers.
    static func encode(
        _ integers: UnsafePointer<Int64>, _ count: Int, scratch: UnsafeMutablePointer<UInt64>,
        to output: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let range = Range(integers, count)
        if range.zeros == count {
            output.storeBytes(of: 0, as: UInt8.self)
            return output + 1
        }
        let plan = plan(integers, count, range, isSparse: false, scratch)
        // A bitmap alone has a bit for each, a pattern 16 at least; with few zeros they save less.
        if range.zeros &* 8 >= count && plan.bits > 16 {
            let bitmap = FrameBitmap(integers, count)
            let period = bitmap.period(count)
            if plan.bits > count || period != nil {
                var sparse = self.plan(integers, count, range, isSparse: true, scratch + length)
                sparse.period = period
                sparse.bits &+= 8 &* (period.map { 1 &+ FrameBitmap.length($0) } ?? FrameBitmap.length(count))
                if sparse.bits < plan.bits { return write(sparse, bitmap, count, to: output) }
            }
        }
        return write(plan, FrameBitmap(), count, to: output)
    }

    private static func plan(
        _ integers: UnsafePointer<Int64>, _ count: Int, _ range: Range, isSparse: Bool,
        _ numbers: UnsafeMutablePointer<UInt64>
    ) -> Plan {
        var plan = Plan(numbers: numbers)
        plan.count = isSparse ? count &- range.zeros : count
        let base: Int64 = isSparse ? 1 : 0
        let isPlain = range.smallest > 0
        if (isSparse || range.zeros == 0) && (isPlain || range.largest < 0) {
            plan.offset = range.smallest
            let spread = width(UInt64(bitPattern: range.largest &- range.smallest))
            let plain =
                isPlain ? width(UInt64(bitPattern: range.largest &- base)) : width(Varint.zigzag(range.smallest))
            let saved = (plain &- spread) &* plan.count
            if saved > 8 &* Varint.length(Varint.zigzag(plan.offset)) { plan.kind = .offset }
        }
        if plan.kind == .zigzag && isPlain { plan.kind = .plain }
        switch plan.kind {
        case .offset: fill(&plan, integers, count, isSparse) { UInt64(bitPattern: $0 &- range.smallest) }
        case .plain: fill(&plan, integers, count, isSparse) { UInt64(bitPattern: $0 &- base) }
        default: fill(&plan, integers, count, isSparse) { Varint.zigzag($0) &- UInt64(bitPattern: base) }
        }
        if plan.kind == .offset { plan.bits &+= 8 &* Varint.length(Varint.zigzag(plan.offset)) }
        if isSparse {
            plan.kind = Kind(rawValue: plan.kind.rawValue + Kind.sparseZigzag.rawValue) ?? .sparseZigzag
        }
        return plan
    }

    @inline(__always) private static func width(_ number: UInt64) -> Int { 64 &- number.leadingZeroBitCount }

    /// Fills in the numbers of a plan and chooses its width.
    @inline(__always) private static func fill(
        _ plan: inout Plan, _ integers: UnsafePointer<Int64>, _ count: Int, _ isSparse: Bool,
        _ number: (Int64) -> UInt64
    ) {
        var next = 0
        var all: UInt64 = 0
        var histogram = [65 of UInt8](repeating: 0)
        let numbers = plan.numbers
        for index in 0..<count {
            let bits = number(integers[index])
            if isSparse && integers[index] == 0 { continue }
            numbers[next] = bits
            next &+= 1
            all |= bits
            histogram[width(bits)] &+= 1
        }
        chooseWidth(&plan, histogram, widest: width(all))
    }

    /// The width that makes packed numbers and patches shortest.
    private static func chooseWidth(_ plan: inout Plan, _ histogram: borrowing [65 of UInt8], widest: Int) {
        var index = BitPacking.index(forBits: widest)
        plan.widthIndex = index
        plan.bits = plan.count &* BitPacking.widths[index]
        while index > 0 {
            index &-= 1
            let width = BitPacking.widths[index]
            var patches = 0
            var bits = 8
            var wider = widest
            while wider > width {
                let count = Int(histogram[wider])
                patches &+= count
                bits &+= count &* (8 &+ 8 &* ((wider &- width &+ 6) / 7))
                wider &-= 1
            }
            if patches > mostPatches || bits >= plan.bits { return }
            bits &+= plan.count &* width
            if bits < plan.bits {
                plan.bits = bits
                plan.widthIndex = index
                plan.patches = patches
            }
        }
    }

    private static func write(
        _ plan: Plan, _ bitmap: FrameBitmap, _ count: Int, to output: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        var next = output
        if let period = plan.period {
            next.storeBytes(of: periodic &<< 5 | UInt8(truncatingIfNeeded: period &- 1), as: UInt8.self)
            next = bitmap.write(period, to: next + 1)
        }
        if plan.patches > 0 {
            next.storeBytes(of: patched &<< 5 | UInt8(truncatingIfNeeded: plan.patches), as: UInt8.self)
            next += 1
        }
        next.storeBytes(of: plan.kind.rawValue &<< 5 | UInt8(truncatingIfNeeded: plan.widthIndex), as: UInt8.self)
        next += 1
        if plan.kind.hasOffset { next += Varint.encode(Varint.zigzag(plan.offset), to: next) }
        if plan.kind.isSparse, plan.period == nil { next = bitmap.write(count, to: next) }
        let width = BitPacking.widths[plan.widthIndex]
        next = BitPacking.pack(plan.numbers, plan.count, width: width, to: next)
        if plan.patches > 0 {
            for index in 0..<plan.count where plan.numbers[index] > BitPacking.mask(width) {
                next.storeBytes(of: UInt8(truncatingIfNeeded: index), as: UInt8.self)
                next += 1 + Varint.encode(plan.numbers[index] &>> UInt64(truncatingIfNeeded: width), to: next + 1)
            }
        }
        return next
    }
}
