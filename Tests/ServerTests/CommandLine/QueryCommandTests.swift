import HTTP
import Testing

@testable import CommandLineTool

@Suite struct QueryCommandTests {
    private static let vector = """
        {"status":"success","data":{"resultType":"vector","result":[
        {"metric":{"__name__":"up","job":"apus","instance":"127.0.0.1:9090"},"value":[1795150800,"1"]},
        {"metric":{"__name__":"up","job":"say \\"hi\\", you"},"value":[1795150800.5,"12.5"]}]}}
        """
    private static let matrix = """
        {"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"cpu":"0"},"values":[[1795150770,"0.04333333333333333"],[1795150785,"100000"],[1795150800,"NaN"]]},
        {"metric":{"cpu":"1"},"values":[[1795150785,"2"]]}]},"warnings":["PromQL warning: beware"]}
        """

    @Test func vectorTable() {
        let fake = FakeShell()
        #expect(CommandLineTool.run(["query", "up"], in: fake.shell(answer: Self.vector)) == .ok)
        #expect(
            fake.output == """
                SERIES                                     VALUE
                up{instance="127.0.0.1:9090", job="apus"}      1
                up{job="say \\"hi\\", you"}                   12.5

                """)
        #expect(fake.requests.map(\.url) == ["http://127.0.0.1:9090/api/v1/query"])
        #expect(String(decoding: fake.requests.first?.body ?? [], as: UTF8.self) == "query=up")
        // `/api/v1/status/queries` and the query log name who asks.
        #expect(fake.requests.first?.headers.contains { $0.0 == "User-Agent" && $0.1.hasPrefix("apus-query/") } == true)
    }

    @Test func vectorCSV() {
        let fake = FakeShell()
        #expect(CommandLineTool.run(["query", "-o", "csv", "up"], in: fake.shell(answer: Self.vector)) == .ok)
        #expect(
            fake.output == """
                __name__,instance,job,time,value
                up,127.0.0.1:9090,apus,2026-11-20T05:00:00.000Z,1
                up,,"say ""hi"", you",2026-11-20T05:00:00.500Z,12.5

                """)
    }

    @Test func jsonIsTheServersAnswer() {
        let fake = FakeShell()
        #expect(CommandLineTool.run(["query", "--output=json", "up"], in: fake.shell(answer: Self.vector)) == .ok)
        #expect(fake.output == Self.vector + "\n")
    }

    @Test func matrixTable() {
        let fake = FakeShell()
        let arguments = ["query", "--range", "30s", "--step", "15s", "rate(x[1m])"]
        #expect(CommandLineTool.run(arguments, in: fake.shell(answer: Self.matrix)) == .ok)
        #expect(
            fake.output == """
                [1]  {cpu="0"}
                [2]  {cpu="1"}

                TIME (UTC)                 [1]  [2]
                2026-11-20 04:59:30  0.0433333
                2026-11-20 04:59:45     100000    2
                2026-11-20 05:00:00        NaN

                """)
        #expect(fake.errors == "PromQL warning: beware\n")
        #expect(
            String(decoding: fake.requests.first?.body ?? [], as: UTF8.self)
                == "query=rate%28x%5B1m%5D%29&start=1795150770&end=1795150800&step=15")
    }

    @Test func matrixTableIsSplitWhereTheTerminalEnds() {
        let fake = FakeShell()
        let shell = fake.shell(answer: Self.matrix, columns: 33)
        #expect(CommandLineTool.run(["query", "--range", "30s", "x"], in: shell) == .ok)
        #expect(fake.output.contains("TIME (UTC)                 [1]\n"))
        #expect(fake.output.contains("TIME (UTC)           [2]\n"))
    }

    @Test func scalarAndString() {
        let fake = FakeShell()
        let scalar = #"{"status":"success","data":{"resultType":"scalar","result":[4,"2"]}}"#
        #expect(CommandLineTool.run(["query", "1+1"], in: fake.shell(answer: scalar)) == .ok)
        #expect(fake.output == "2\n")
    }

    @Test func emptyAnswersAreSaidOnTheErrorStream() {
        let fake = FakeShell()
        let none = #"{"status":"success","data":{"resultType":"vector","result":[]}}"#
        #expect(CommandLineTool.run(["query", "up"], in: fake.shell(answer: none)) == .ok)
        #expect(fake.output.isEmpty)
        #expect(fake.errors.hasPrefix("The answer is empty"))
    }

    @Test func caretShowsThePlace() {
        let fake = FakeShell()
        let answer =
            #"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:7: parse error: unexpected end"}"#
        #expect(CommandLineTool.run(["query", "ä + ("], in: fake.shell(answer: answer, status: 400)) == .failed)
        #expect(
            fake.errors == """
                apus query: invalid parameter "query": 1:7: parse error: unexpected end
                  ä + (
                       ^

                """)
    }

    @Test func noServer() {
        let fake = FakeShell()
        #expect(CommandLineTool.run(["query", "up"], in: fake.shell(failure: "connection refused")) == .failed)
        #expect(fake.errors.contains("apus serve"))
    }

    @Test func otherServersAnswer() {
        let fake = FakeShell()
        let shell = fake.shell(answer: "<html>", status: 404, variables: ["APUS_SERVER": "mon:9090/"])
        #expect(CommandLineTool.run(["query", "up"], in: shell) == .failed)
        #expect(fake.requests.map(\.url) == ["http://mon:9090/api/v1/query"])
        #expect(fake.errors == "apus query: http://mon:9090 answered 404 and no JSON: is this a Prometheus API?\n")
    }

    @Test(arguments: [
        (["--time=4"], "&time=4"), (["--time=now-1m"], "&time=1795150740"),
        (["--time=2026-11-20T05:00:00.25Z"], "&time=1795150800.25"),
        (["--start=10", "--end=20", "--step=5s"], "&start=10&end=20&step=5"),
        (["--range=1h"], "&start=1795147200&end=1795150800&step=30"),
        (["--range=10m", "--end=600"], "&start=0&end=600&step=5"),
    ])
    func times(arguments: [String], expected: String) {
        let fake = FakeShell()
        _ = CommandLineTool.run(["query"] + arguments + ["x"], in: fake.shell())
        #expect(String(decoding: fake.requests.first?.body ?? [], as: UTF8.self) == "query=x" + expected)
    }
}
