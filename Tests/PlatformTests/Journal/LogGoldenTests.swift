import Foundation
import Platform
import TestSupport
import Testing

@testable import Journal

/// The bytes on disk are those of the worked example in docs/format/journal-framing.md.
@Suite struct LogGoldenTests {
    @Test func writesTheBytesOfTheDocumentation() throws {
        let files = SimulatedFileSystem(seed: 1)
        let log = try LogFixture.open(files, seed: 1)
        try LogFixture.append(log, TestFrame(1, "hello"))
        try LogFixture.append(log, TestFrame(2, [UInt8](repeating: 0x61, count: 64)), compress: true)
        #expect(try hex(files.contents(of: LogFixture.firstSegment)) == documented())
    }

    @Test func readsTheBytesOfTheDocumentation() throws {
        let files = SimulatedFileSystem(seed: 1)
        try files.createDirectory("/log")
        try documented().withUnsafeBytesOfHex { try files.open(LogFixture.firstSegment, .create).append($0) }
        let (frames, damages) = try LogFixture.read(files)
        #expect(frames == [TestFrame(1, "hello"), TestFrame(2, [UInt8](repeating: 0x61, count: 64))])
        #expect(damages == [])
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }

    /// The hexadecimal columns of the page's first code block.
    private func documented() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(
            contentsOf: root.appendingPathComponent("docs/format/journal-framing.md"), encoding: .utf8)
        let blocks = page.components(separatedBy: "```")
        let lines = try #require(blocks.count > 1 ? blocks[1].split(separator: "\n") : nil)
        return lines.map { $0.components(separatedBy: "  ")[0] }.joined(separator: " ")
    }
}

extension String {
    fileprivate func withUnsafeBytesOfHex(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let bytes = split(separator: " ").compactMap { UInt8($0, radix: 16) }
        try bytes.withUnsafeBytes(body)
    }
}
