import Platform

/// An immutable label set: names sorted by bytes and unique, no empty values.
///
/// Held as one run of bytes, so that equality and hashing are one pass over memory and a set costs one
/// allocation: per label, the name's length (varint), the name, the value's length (varint), the value;
/// UTF-8.
package struct Labels: Hashable, Sendable {
    /// The encoded form described above.
    package let encoded: [UInt8]

    package static let empty = Labels(encoded: [])

    /// Takes bytes that are in the encoded form already.
    package init(encoded: [UInt8]) { self.encoded = encoded }

    /// Takes a copy of such bytes without room to grow: a buffer that is filled again and again has much of that, and
    /// would have to make way for a new one each time.
    package init(copying encoded: [UInt8]) {
        self.encoded = encoded.withUnsafeBufferPointer { Array($0) }
    }

    /// Puts the encoded form together of names and values that are in order already.
    package init(encodedFrom fields: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)]) {
        let size = fields.reduce(0) { $0 + Self.fieldSize($1.name.count) + Self.fieldSize($1.value.count) }
        encoded = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            for field in fields {
                Self.put(field.name, into: buffer, &count)
                Self.put(field.value, into: buffer, &count)
            }
        }
    }

    /// By bytes, in one pass; an array of bytes would be compared and hashed one by one.
    package static func == (left: Labels, right: Labels) -> Bool {
        left.encoded.withUnsafeBytes { left in right.encoded.withUnsafeBytes { compare(left, $0) == 0 } }
    }

    package func hash(into hasher: inout Hasher) {
        encoded.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// Sorts, drops empty values; of equal names the last one wins.
    package init(_ labels: [Label]) {
        var builder = LabelsBuilder()
        for label in labels { builder.set(label.name, label.value) }
        self = builder.labels()
    }

    /// For tests and literals: `Labels(["__name__": "up", "job": "node"])`.
    package init(_ pairs: KeyValuePairs<String, String>) {
        self.init(pairs.map { Label($0.key, $0.value) })
    }

    package var isEmpty: Bool { encoded.isEmpty }

    package var count: Int {
        var found = 0
        forEachBytes { _, _ in found += 1 }
        return found
    }

    /// All labels, sorted by name.
    package var array: [Label] {
        var result: [Label] = []
        forEachBytes { name, value in
            result.append(Label(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return result
    }

    /// The value of a name; nil when the name is missing.
    package subscript(name: String) -> String? {
        var found: String?
        withValue(of: name) { found = String(decoding: $0, as: UTF8.self) }
        return found
    }

    /// The metric name; empty when there is none.
    package var metricName: String { self[LabelNames.metric] ?? "" }

    /// Calls `body` with the bytes of the name's value, if there is one.
    package func withValue(of name: String, _ body: (UnsafeRawBufferPointer) -> Void) {
        var name = name
        name.withUTF8 { wanted in
            let wanted = UnsafeRawBufferPointer(wanted)
            encoded.withUnsafeBytes { bytes in
                var position = 0
                while position < bytes.count {
                    let candidate = Labels.field(bytes, &position)
                    let value = Labels.field(bytes, &position)
                    if Labels.compare(candidate, wanted) == 0 {
                        body(value)
                        return
                    }
                }
            }
        }
    }

    /// Names and values in order; the bytes are valid only inside `body`.
    package func forEachBytes(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void) {
        encoded.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                let name = Labels.field(bytes, &position)
                let value = Labels.field(bytes, &position)
                body(name, value)
            }
        }
    }

    /// Reads one length-prefixed field and moves behind it.
    @inlinable @inline(__always)
    package static func field(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> UnsafeRawBufferPointer {
        let short = Int(bytes[position])
        if short >= 0x80 { return longField(bytes, &position) }
        let start = position + 1
        position = start + short
        precondition(position <= bytes.count)
        return UnsafeRawBufferPointer(start: bytes.baseAddress.map { $0 + start }, count: short)
    }

    @usableFromInline
    package static func longField(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> UnsafeRawBufferPointer {
        var length = 0
        var shift = 0
        while true {
            let byte = bytes[position]
            position += 1
            length |= Int(byte & 0x7f) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        defer { position += length }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
    }

    /// Bytes of a length-prefixed field.
    private static func fieldSize(_ length: Int) -> Int {
        var size = length + 1
        var rest = length >> 7
        while rest > 0 {
            size += 1
            rest >>= 7
        }
        return size
    }

    private static func put(
        _ text: UnsafeRawBufferPointer, into buffer: UnsafeMutableBufferPointer<UInt8>, _ end: inout Int
    ) {
        var rest = text.count
        while rest >= 0x80 {
            buffer.initializeElement(at: end, to: UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
            end += 1
        }
        buffer.initializeElement(at: end, to: UInt8(rest))
        end += 1
        UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[end..<end + text.count])).copyMemory(
            from: text)
        end += text.count
    }
}
