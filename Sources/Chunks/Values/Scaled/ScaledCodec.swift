import CShims
import Platform

/// Values as integers over a power of ten, the integers as differences to the one before, or as differences of those,
/// in frames of 128, with the values apart that have no such integer. All differences may share a factor, which is then
/// divided out.
///
/// The codec byte is 0x80 with the exponent in the lowest four bits and the flags below; 0x40 and the exponent is a
/// column of one value. The first integer follows as a signed varint, the factor as a varint, the first difference as a
/// signed varint where the frames hold differences of differences, and the frames.
enum ScaledCodec {
    /// The codec bytes of a column of one value.
    static let constants: ClosedRange<UInt8> = 0x40...0x4f
    /// Those of all other columns: exponent and flags.
    static let differenced: ClosedRange<UInt8> = 0x80...0xff
    static let constant: UInt8 = 0x40
    static let differences: UInt8 = 0x80
    static let hasExceptions: UInt8 = 0x10
    static let hasFactor: UInt8 = 0x20
    static let isTwofold: UInt8 = 0x40
    static let exponentBits: UInt8 = 0x0f

    /// Bytes that `encode` writes at most, its working memory included.
    static func limit(_ count: Int) -> Int {
        let frames = count / IntegerFrame.length + 1
        return encodedLimit(count) + 8 * (count + 2 * IntegerFrame.length + 2) + frames
    }

    private static func encodedLimit(_ count: Int) -> Int {
        64 + 9 * count + (count / IntegerFrame.length + 1) * IntegerFrame.overhead
    }

    /// Writes one value that stands for the whole column; nil if it has no integer.
    static func encodeConstant(_ value: Double, to output: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        guard let scale = DecimalScale.smallest(for: value), let integer = scale.integer(value) else { return nil }
        output.storeBytes(of: constant | UInt8(scale.exponent), as: UInt8.self)
        return output + 1 + Varint.encode(Varint.zigzag(integer), to: output + 1)
    }

    /// Writes at least two values; returns the end, or nil if too many have no integer.
    static func encode(
        _ values: UnsafeBufferPointer<Double>, to output: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer? {
        let working = (output + encodedLimit(values.count)).alignedUp(toMultipleOf: 8)
        let integers = working.bindMemory(to: Int64.self, capacity: values.count)
        let scratch = (working + 8 * values.count).bindMemory(to: UInt64.self, capacity: 2 * IntegerFrame.length)
        var exceptions: [Int] = []
        guard let scale = DecimalScale.fit(values, into: integers, exceptions: &exceptions) else { return nil }
        let first = integers[0]
        var count = values.count - 1
        subtract(integers, count)
        let factor = CommonFactor.divideOut(integers, count)
        let isTwofold = isSmooth(integers, count)

        var flags = differences | UInt8(scale.exponent)
        if factor > 1 { flags |= hasFactor }
        if !exceptions.isEmpty { flags |= hasExceptions }
        if isTwofold { flags |= Self.isTwofold }
        var next = output
        next.storeBytes(of: flags, as: UInt8.self)
        next += 1 + Varint.encode(Varint.zigzag(first), to: next + 1)
        if factor > 1 { next += Varint.encode(factor, to: next) }
        if isTwofold {
            next += Varint.encode(Varint.zigzag(integers[0]), to: next)
            count -= 1
            subtract(integers, count)
        }
        for start in stride(from: 0, to: count, by: IntegerFrame.length) {
            let length = min(IntegerFrame.length, count - start)
            next = IntegerFrame.encode(integers + start, length, scratch: scratch, to: next)
        }
        return exceptions.isEmpty ? next : write(exceptions, of: values, to: next)
    }

    /// Makes each of the first `count` integers the difference of the next one to it.
    private static func subtract(_ integers: UnsafeMutablePointer<Int64>, _ count: Int) {
        for index in 0..<count { integers[index] = integers[index + 1] &- integers[index] }
    }

    /// Whether differences change by less from one to the next than they lie apart from their mean: those of noise
    /// change by 1.4 times as much.
    private static func isSmooth(_ differences: UnsafePointer<Int64>, _ count: Int) -> Bool {
        if count < 8 { return false }
        var sum = 0.0
        var changes = 0.0
        var previous = Double(differences[0])
        for index in 0..<count {
            let difference = Double(differences[index])
            sum += difference
            changes += (difference - previous).magnitude
            previous = difference
        }
        let mean = sum / Double(count)
        var deviations = 0.0
        for index in 0..<count { deviations += (Double(differences[index]) - mean).magnitude }
        return changes < 0.75 * deviations
    }

    /// The number of exceptions, then of each the distance of its row from the one before and its eight bytes.
    private static func write(
        _ exceptions: [Int], of values: UnsafeBufferPointer<Double>, to output: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        var next = output + Varint.encode(UInt64(exceptions.count), to: output)
        var row = 0
        for exception in exceptions {
            next += Varint.encode(UInt64(exception - row), to: next)
            next.storeBytes(of: values[exception].bitPattern.littleEndian, as: UInt64.self)
            next += 8
            row = exception
        }
        return next
    }

    /// Decodes a whole chunk whose codec byte is `bytes[0]`, one of `constant` or `differences`.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, into values: UnsafeMutablePointer<Double>
    ) throws(ChunkError) {
        guard let start = bytes.baseAddress else { throw .truncated }
        let input = PackedInput(bytes, start: start)
        let codec = bytes[0]
        let scale = DecimalScale(exponent: Int(codec & exponentBits))
        var cursor = start + 1
        var sum = Varint.unzigzag(try input.varint(&cursor))
        if codec & differences == 0 {
            values.update(repeating: scale.value(sum), count: count)
        } else {
            try decodeDifferences(&cursor, of: input, codec, count, &sum, into: values)
            scale.divide(values, count)
            if codec & hasExceptions != 0 { try readExceptions(&cursor, of: input, count, into: values) }
        }
        if cursor != input.end { throw .trailingBytes }
    }

    /// Fills in the values' integers as numbers.
    private static func decodeDifferences(
        _ cursor: inout UnsafeRawPointer, of input: PackedInput, _ codec: UInt8, _ count: Int, _ sum: inout Int64,
        into values: UnsafeMutablePointer<Double>
    ) throws(ChunkError) {
        let slots = UnsafeMutableRawPointer(values)
        values[0] = Double(sum)
        var factor: UInt64 = 1
        if codec & hasFactor != 0 {
            factor = try input.varint(&cursor)
        }
        var row = 1
        let isTwofold = codec & Self.isTwofold != 0
        if isTwofold {
            if count == 1 { throw .malformed }
            slots.storeBytes(of: sum, as: Int64.self)
            sum = Varint.unzigzag(try input.varint(&cursor)) &* Int64(bitPattern: factor)
            slots.storeBytes(of: sum, toByteOffset: 8, as: Int64.self)
            row = 2
        }
        while row < count {
            let length = min(IntegerFrame.length, count &- row)
            try IntegerFrame.decodeSums(
                &cursor, of: input, length, factor: Int64(bitPattern: factor), sum: &sum, into: slots + 8 &* row,
                asDoubles: !isTwofold)
            row &+= length
        }
        if isTwofold { sumUp(slots, count) }
    }

    /// Makes each integer the sum of all up to it, as a number.
    private static func sumUp(_ slots: UnsafeMutableRawPointer, _ count: Int) {
        var sum: Int64 = 0
        for index in 0..<count {
            sum &+= slots.load(fromByteOffset: 8 &* index, as: Int64.self)
            slots.storeBytes(of: Double(sum), toByteOffset: 8 &* index, as: Double.self)
        }
    }

    private static func readExceptions(
        _ cursor: inout UnsafeRawPointer, of input: PackedInput, _ count: Int,
        into values: UnsafeMutablePointer<Double>
    ) throws(ChunkError) {
        let exceptions = try input.varint(&cursor)
        var row: UInt64 = 0
        if exceptions > UInt64(count) { throw .malformed }
        for _ in 0..<exceptions {
            let step = try input.varint(&cursor)
            if input.end - cursor < 8 { throw .truncated }
            if step >= UInt64(count) &- row { throw .malformed }
            row &+= step
            values[Int(row)] = Double(
                bitPattern: UInt64(littleEndian: cursor.loadUnaligned(as: UInt64.self)))
            cursor += 8
        }
    }
}

extension DecimalScale {
    /// Turns integers into their values, in place.
    func divide(_ values: UnsafeMutablePointer<Double>, _ count: Int) {
        if exponent == 0 { return }
        cshims_divide(values, count, power)
    }
}
