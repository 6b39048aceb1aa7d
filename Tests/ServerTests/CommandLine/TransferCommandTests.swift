import Foundation
import Platform
import Testing

@testable import CommandLineTool

/// Import and export as a user calls them, on a real disk.
@Suite struct TransferCommandTests {
    /// 60 samples of two series, one a minute, up to the shell's now.
    static let text =
        (0..<60).map { row in
            let time = FakeShell.now / 1000 - Int64(row) * 60
            return "up{job=\"a\"} 1 \(time)\nload{job=\"b\"} \(row).5 \(time)\n"
        }.joined() + "# EOF\n"

    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test func thereAndBack() throws {
        try Self.withFolder { folder in
            let fake = FakeShell()
            let path = "--storage.tsdb.path=\(folder)/data/"
            let shell = fake.shell(input: Self.text)
            #expect(CommandLineTool.run(["tsdb", "import", "openmetrics", "-", path], in: shell) == .ok)
            #expect(fake.output.hasPrefix("Imported 120 samples of 2 series in "), "\(fake.output)")
            #expect(fake.errors.isEmpty, "\(fake.errors)")

            let out = FakeShell()
            #expect(
                CommandLineTool.run(["tsdb", "export", "prometheus", folder + "/out", path], in: out.shell()) == .ok)
            #expect(out.output.hasPrefix("Exported 120 samples in "), "\(out.output) \(out.errors)")

            let again = FakeShell()
            let other = "--storage.tsdb.path=\(folder)/other"
            let arguments = ["tsdb", "import", "prometheus", folder + "/out", other]
            #expect(CommandLineTool.run(arguments, in: again.shell(isTerminal: true)) == .ok)
            #expect(again.output.hasPrefix("Imported 120 samples of 2 series in "), "\(again.output) \(again.errors)")
        }
    }

    @Test func failuresSayWhatIsWrong() throws {
        try Self.withFolder { folder in
            let path = "--storage.tsdb.path=\(folder)/data"
            for (arguments, expected) in [
                (["import", "prometheus", folder], "no data directory of Prometheus"),
                (["import", "openmetrics", folder + "/missing"], "missing"),
                (["import", "openmetrics", "-"], "standard input: line 1: data does not end with # EOF"),
                (["export", "prometheus", folder + "/x", "--storage.tsdb.path=\(folder)/none"], "no data directory"),
            ] {
                let fake = FakeShell()
                let flags = arguments.count > 3 ? [] : [path]
                #expect(CommandLineTool.run(["tsdb"] + arguments + flags, in: fake.shell()) == .failed)
                #expect(fake.errors.contains(expected), "\(fake.errors)")
                #expect(fake.output.isEmpty)
            }
        }
    }

    @Test func damageIsNamedAndFails() throws {
        try Self.withFolder { folder in
            let block = "\(folder)/prom/01M7VW680EPWPMESZ5NQKWWX8P"
            try FileManager.default.createDirectory(atPath: block, withIntermediateDirectories: true)
            try "{\"version\": 1,".write(toFile: block + "/meta.json", atomically: true, encoding: .utf8)
            let fake = FakeShell()
            let arguments = ["tsdb", "import", "prometheus", "\(folder)/prom", "--storage.tsdb.path=\(folder)/data"]
            #expect(CommandLineTool.run(arguments, in: fake.shell()) == .failed)
            #expect(fake.errors.contains("damaged: \(block)/meta.json: offset"), "\(fake.errors)")
            #expect(fake.output.hasPrefix("Imported 0 samples of 0 series"))
        }
    }
}
