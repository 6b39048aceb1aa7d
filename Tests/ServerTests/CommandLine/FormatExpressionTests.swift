import Testing

@testable import CommandLineTool

@Suite struct FormatExpressionTests {
    @Test func prints() {
        let fake = FakeShell()
        let arguments = ["promql", "format", "sum(rate(x_total[5m]))by(job)"]
        #expect(CommandLineTool.run(arguments, in: fake.shell()) == .ok)
        #expect(fake.output == "sum by (job) (rate(x_total[5m]))\n")
    }

    @Test func showsWhereItIsWrong() {
        let fake = FakeShell()
        #expect(CommandLineTool.run(["promql", "format", "up +"], in: fake.shell()) == .failed)
        #expect(fake.output.isEmpty)
        #expect(fake.errors.contains("parse error:"))
        #expect(fake.errors.contains("  up +\n"))
        #expect(fake.errors.hasSuffix("^\n"))
    }
}
