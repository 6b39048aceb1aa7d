import Platform
import Testing

@Suite struct ByteBufferTests {
    @Test func growsAndKeepsItsContent() {
        let buffer = ByteBuffer(capacity: 1)
        for number in 0..<1000 { buffer.append(UInt8(truncatingIfNeeded: number)) }
        #expect(Array(buffer.bytes) == (0..<1000).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test func takesTextNumbersAndBytes() {
        let buffer = ByteBuffer()
        buffer.append("static")
        buffer.append(String("-täxt-"))
        buffer.append([1, 2] as [UInt8])
        buffer.append(UnsafeRawBufferPointer(start: nil, count: 0))
        buffer.append(integer: 0x0102_0304 as UInt32)
        #expect(Array(buffer.bytes) == Array("static-täxt-".utf8) + [1, 2, 4, 3, 2, 1])
    }

    @Test func reservedRoomIsTakenByCommit() {
        let buffer = ByteBuffer(capacity: 64)
        buffer.append([UInt8](repeating: 7, count: 60))
        let target = buffer.reserve(1000)
        target.storeBytes(of: 9, as: UInt8.self)
        #expect(buffer.count == 60)
        buffer.commit(1)
        #expect(Array(buffer.bytes) == [UInt8](repeating: 7, count: 60) + [9])
        #expect(buffer.capacity >= 1060)
    }

    @Test func forgetsItsEnd() {
        let buffer = ByteBuffer()
        buffer.append("hello world")
        buffer.truncate(to: 5)
        #expect(buffer.text == "hello")
        buffer.removeAll()
        #expect(buffer.bytes.isEmpty)
    }
}
