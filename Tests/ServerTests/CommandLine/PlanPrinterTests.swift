import HTTP
import Testing

@testable import CommandLineTool

@Suite struct PlanPrinterTests {
    private static let analysis = """
        {"status":"success","data":{"resultType":"vector","result":[],"analysis":{"operation":"sum by (job)","steps":1,
        "estimate":{"series":2,"samples":0,"bytes":16},"actual":{"series":0,"points":0,"samples":0,"bytes":8,
        "ownSeconds":0.0001,"seconds":0.00125},"children":[{"operation":"rate","detail":"up[5m]","steps":1,
        "estimate":{"series":2,"samples":40,"bytes":2048},"actual":{"series":0,"points":0,"samples":40,"bytes":2048,
        "ownSeconds":0.00115,"seconds":0.00115},"reasons":["up: nothing"]}]}}}
        """
    private static let explanation = """
        {"status":"success","data":{"resultType":"vector","result":[],"explain":{"operation":"select","detail":"up",
        "steps":1,"estimate":{"series":3,"samples":60,"bytes":5000000}}}}
        """

    @Test func analysesAreTrees() {
        let fake = FakeShell()
        let shell = fake.shell(answer: Self.analysis)
        #expect(CommandLineTool.run(["query", "--analyze", "sum by (job) (rate(up[5m]))"], in: shell) == .ok)
        #expect(
            fake.output == """
                OPERATION      SERIES  POINTS  SAMPLES  BYTES  OWN TIME     TIME
                sum by (job)        0       0        0    8 B    0.1 ms  1.25 ms
                  rate up[5m]       0       0       40   2 kB   1.15 ms  1.15 ms
                up: nothing

                """)
        let form = String(decoding: fake.requests.first?.body ?? [], as: UTF8.self)
        #expect(form.hasSuffix("&analyze=1"))
    }

    @Test func explanationsAreTrees() {
        let fake = FakeShell()
        #expect(CommandLineTool.run(["query", "--explain", "up"], in: fake.shell(answer: Self.explanation)) == .ok)
        #expect(
            fake.output == """
                OPERATION  STEPS  SERIES <=  SAMPLES <=  BYTES ~
                select up      1          3          60   4.8 MB

                """)
    }

    @Test func otherServersHaveNone() {
        let fake = FakeShell()
        let answer = #"{"status":"success","data":{"resultType":"vector","result":[]}}"#
        #expect(CommandLineTool.run(["query", "--explain", "up"], in: fake.shell(answer: answer)) == .failed)
        #expect(fake.errors.contains("does not tell its plans"))
        #expect(
            CommandLineTool.run(["query", "--explain", "--analyze", "up"], in: fake.shell(answer: answer)) == .usage)
    }
}
