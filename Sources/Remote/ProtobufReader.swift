import Platform

/// Walks the fields of one protobuf message (https://protobuf.dev/programming-guides/encoding/). Bounded by its bytes;
/// damaged input ends in `.damaged`, never in a read beyond them.
package struct ProtobufReader {
    package enum Problem: Error {
        case damaged
    }

    /// A field's content as its wire type has it.
    enum Field {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(UnsafeRawBufferPointer)
        case fixed32(UInt32)
    }

    private var cursor: UnsafeRawPointer?
    private let end: UnsafeRawPointer?

    /// Where the next field begins in the message that is read.
    func offset(in message: UnsafeRawBufferPointer) -> Int {
        guard let cursor, let start = message.baseAddress else { return 0 }
        return cursor - start
    }

    init(_ bytes: UnsafeRawBufferPointer) {
        cursor = bytes.baseAddress
        end = bytes.baseAddress.map { $0 + bytes.count }
    }

    /// The next field's number and content; nil at the end.
    @inline(__always)
    mutating func next() throws(Problem) -> (number: UInt64, field: Field)? {
        guard var position = cursor, let end, position < end else { return nil }
        defer { cursor = position }
        guard let key = Varint.decode(&position, end: end) else { throw .damaged }
        switch key & 7 {
        case 0:
            guard let value = Varint.decode(&position, end: end) else { throw .damaged }
            return (key >> 3, .varint(value))
        case 1:
            guard end - position >= 8 else { throw .damaged }
            defer { position += 8 }
            return (key >> 3, .fixed64(UInt64(littleEndian: position.loadUnaligned(as: UInt64.self))))
        case 2:
            guard let length = Varint.decode(&position, end: end), length <= UInt64(end - position) else {
                throw .damaged
            }
            defer { position += Int(length) }
            return (key >> 3, .bytes(UnsafeRawBufferPointer(start: position, count: Int(length))))
        case 5:
            guard end - position >= 4 else { throw .damaged }
            defer { position += 4 }
            return (key >> 3, .fixed32(UInt32(littleEndian: position.loadUnaligned(as: UInt32.self))))
        default: throw .damaged
        }
    }
}
