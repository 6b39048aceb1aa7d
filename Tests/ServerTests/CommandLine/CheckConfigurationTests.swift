import Foundation
import Testing

@testable import CommandLineTool

@Suite struct CheckConfigurationTests {
    private static func check(_ text: String, _ flags: [String] = []) throws -> (ExitCode, FakeShell) {
        let path = NSTemporaryDirectory() + UUID().uuidString + ".yml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let fake = FakeShell()
        return (CommandLineTool.run(["check", "config"] + flags + [path], in: fake.shell()), fake)
    }

    @Test func goodFile() throws {
        let (code, fake) = try Self.check("scrape_configs: [{job_name: a, static_configs: [{targets: [x, y]}]}]")
        #expect(code == .ok)
        #expect(fake.output.hasSuffix(": valid (jobs: 1, targets: 2)\n"))
        #expect(fake.errors.isEmpty)
    }

    @Test func badFile() throws {
        let (code, fake) = try Self.check("a:\n")
        #expect(code == .failed)
        #expect(fake.errors.hasSuffix(".yml:1:1: field a not found in type config.plain\n"))
    }

    @Test func doubtfulFile() throws {
        let text = "rule_files: [a]\nscrape_configs: [{job_name: slow, scrape_interval: 10m}]"
        let (code, fake) = try Self.check(text)
        #expect(code == .ok)
        #expect(fake.errors.contains("line 1: rule_files is accepted but has no effect yet"))
        #expect(fake.errors.contains("scrape_interval 10m is longer than the lookback of 5m"))
        #expect(try Self.check(text, ["--lint"]).0 == .findings)
    }

    @Test func missingFile() {
        let fake = FakeShell()
        #expect(CommandLineTool.run(["check", "config", "/nowhere/x.yml"], in: fake.shell()) == .failed)
        #expect(fake.errors.contains("/nowhere/x.yml"))
    }
}
