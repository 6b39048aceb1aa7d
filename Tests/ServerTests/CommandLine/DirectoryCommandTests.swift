import Foundation
import Model
import Platform
import Testing

@testable import CommandLineTool

/// The commands on a data directory as a user calls them, on a real disk.
@Suite struct DirectoryCommandTests {
    /// Runs `apus tsdb …` and expects it to go well.
    @discardableResult private func run(
        _ arguments: String..., input: String = "", expecting code: ExitCode = .ok
    ) -> (output: String, errors: String) {
        let fake = FakeShell()
        let found = CommandLineTool.run(["tsdb"] + arguments, in: fake.shell(input: input))
        #expect(found == code, "\(arguments): \(fake.output) \(fake.errors)")
        return (fake.output, fake.errors)
    }

    /// Two series, one sample a minute over six hours up to the shell's now, in blocks and in the head.
    private func withData(_ body: (_ folder: String, _ data: String) throws -> Void) throws {
        try TransferCommandTests.withFolder { folder in
            let data = folder + "/data"
            let lines = (0..<360).map { row in
                let time = FakeShell.now / 1000 - Int64(row) * 60
                return "up{job=\"a\"} 1 \(time)\nload{job=\"b\",\"odd name\"=\"x\\\"y\"} \(row).5 \(time)\n"
            }
            run(
                "import", "openmetrics", "-", "--storage.tsdb.path=\(data)", input: lines.joined() + "# EOF\n")
            try body(folder, data)
        }
    }

    private func block(_ data: String) throws -> String {
        let blocks = try FileManager.default.contentsOfDirectory(atPath: data + "/blocks")
        return try #require(blocks.sorted().first)
    }

    private func flip(_ file: String, at offset: Int) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes[offset < 0 ? bytes.count + offset : offset] ^= 0x10
        try bytes.write(to: URL(fileURLWithPath: file))
    }

    @Test func whatStandsInADirectoryIsListed() throws {
        try withData { _, data in
            let list = run("list", data + "/").output
            let block = try block(data)
            #expect(list.contains("\(block)  2026-11-"), "\(list)")
            #expect(list.contains("wal/register"))
            let whole = run("verify", data).output
            #expect(whole.hasPrefix("Read ") && whole.contains(": 720 samples, "), "\(whole)")
            #expect(run("repair", data).output == "Nothing is damaged.\n")
            let analysis = run("analyze", "--limit=1", data).output
            #expect(analysis.contains("Series: 2\nLabel names: 3\nLabel pairs: 5\nLabel pairs of all series: 5\n"))
            #expect(analysis.contains("Most common label pairs:\n1 __name__=load\n"))
            #expect(run("analyze", data, block).output.contains("Analysis of block \(block), "))
            #expect(run("analyze", data, "head").output.hasPrefix("Analysis of head, "))
            #expect(run("analyze", data, "01HF84E400000G000000000002", expecting: .failed).errors.contains("no block"))
        }
    }

    @Test func dumpsComeBackWithTheSameDigest() throws {
        try withData { folder, data in
            let digest = run("digest", data).output
            #expect(digest.wholeMatch(of: /[0-9a-f]{32}  2 series, 720 samples\n/) != nil, "\(digest)")
            #expect(run("digest", data).output == digest)
            let text = run("dump", data).output
            #expect(text.hasPrefix("load{job=\"b\",\"odd name\"=\"x\\\"y\"} 359.5 "))
            run("import", "openmetrics", "-", "--storage.tsdb.path=\(folder)/copy", input: text)
            #expect(run("digest", folder + "/copy").output == digest)
            // Once more changes nothing.
            run("import", "openmetrics", "-", "--storage.tsdb.path=\(folder)/copy", input: text)
            #expect(run("digest", folder + "/copy").output == digest)
            run("export", "prometheus", folder + "/prom", "--storage.tsdb.path=\(data)")
            for _ in 0..<2 {
                run("import", "prometheus", folder + "/prom", "--storage.tsdb.path=\(folder)/back")
                #expect(run("digest", folder + "/back").output == digest)
            }
            let some = run("digest", "--match=up", "--end=now-1h", data).output
            #expect(some.hasSuffix("  1 series, 300 samples\n"), "\(some)")
        }
    }

    @Test func linesOfJSON() throws {
        try withData { _, data in
            let lines = run("dump", "--format=jsonl", "--start=now-1m", data).output.split(separator: "\n")
            #expect(lines.count == 2)
            let load = try JSONReader.read(Array(lines[0].utf8))
            #expect(load["metric"]?["odd name"]?.string == "x\"y")
            #expect(load["values"]?.array?.compactMap(\.number) == [1.5, 0.5])
            #expect(load["timestamps"]?.array?.compactMap(\.number).last == Double(FakeShell.now))
            #expect(run("dump", "--match=nothing", data).output == "# EOF\n")
        }
    }

    @Test func damageIsNamedAndPutAside() throws {
        try withData { _, data in
            let digest = run("digest", data).output
            let file = "blocks/\(try block(data))/data"
            try flip("\(data)/\(file)", at: -3)
            let errors = run("verify", data, expecting: .failed).errors
            #expect(errors.contains("damaged: \(data)/\(file): offset "), "\(errors)")
            #expect(errors.contains("apus tsdb repair"))
            let repaired = run("repair", data).output
            #expect(repaired.contains("damaged: \(data)/\(file): offset "))
            #expect(repaired.contains("The damaged files are in \(data)/quarantine/20261120T050000Z:\n"), "\(repaired)")
            #expect(FileManager.default.fileExists(atPath: "\(data)/quarantine/20261120T050000Z/\(file)"))
            run("verify", data)
            #expect(run("digest", data).output != digest)
            run("list", data)
        }
    }

    @Test func snapshotsOfAStoppedDirectory() throws {
        try withData { _, data in
            let path = run("snapshot", data).output.dropLast()
            #expect(path.hasPrefix(data + "/snapshots/"))
            #expect(run("digest", String(path)).output == run("digest", data).output)
            let blocks = run("snapshot", "--skip-head", data).output.dropLast()
            let block = try block(data)
            #expect(run("list", String(blocks)).output.contains(block))
        }
    }

    @Test func whatIsNoDataDirectoryIsRefusedUntouched() throws {
        try TransferCommandTests.withFolder { folder in
            for command in ["list", "analyze", "dump", "digest", "verify", "repair", "snapshot"] {
                for path in [folder, folder + "/none"] {
                    let errors = run(command, path, expecting: .failed).errors
                    #expect(errors == "apus tsdb \(command): there is no data directory of Apus in \(path)\n")
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }

    @Test func aBenchmarkLeavesNothing() throws {
        try TransferCommandTests.withFolder { folder in
            let table = run("bench", "--series=30", "--scrapes=40", folder + "/bench").output
            for text in ["append", "1200 samples", "1 blocks", "read all"] { #expect(table.contains(text), "\(table)") }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
            run("bench", "--series=30", "--scrapes=40", "--keep", folder + "/bench")
            #expect(run("verify", folder + "/bench").output.contains(": 1200 samples, "))
            #expect(run("bench", folder + "/bench", expecting: .failed).errors.contains("is there already"))
        }
    }
}
