import Foundation
import TestSupport
import Testing

@testable import HTTP
@testable import WebUI

@Suite struct PageTests {
    @Test(arguments: Transport.allCases)
    func showsWhatThereIs(transport: Transport) throws {
        let fixture = try QueryTests.fixture(transport)
        let reply = try fixture.get("/")
        #expect(reply.status == 200)
        #expect(reply.headers["content-type"] == "text/html; charset=utf-8")
        #expect(reply.text.contains("<h1>Apus <small>0.1.0</small></h1>"))
        #expect(reply.text.contains("alerting &lt;is&gt; not evaluated yet"))
        #expect(reply.text.contains("connection refused &lt;script&gt;"))
        #expect(reply.text.contains("http://b:1/metrics?a=1&amp;b=&lt;2&gt;"))
        #expect(reply.text.contains("0.5 s ago"))
        #expect(reply.text.contains("12.5 ms"))
        #expect(!reply.text.contains("<script"))
        #expect(reply.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
    }

    @Test(arguments: Transport.allCases)
    func answersAsATable(transport: Transport) throws {
        let fixture = try QueryTests.fixture(transport)
        let vector = try fixture.get("/", [("g0.expr", "up == 1")])
        #expect(vector.text.contains("up{instance=&quot;a:9100&quot;, job=&quot;node&quot;}"))
        #expect(vector.text.contains("value=\"up == 1\""))
        #expect(try fixture.get("/", [("g0.expr", "1.5")]).text.contains("<td class=\"mono\">1.5</td>"))
        #expect(try fixture.get("/", [("g0.expr", #""<b>""#)]).text.contains("&lt;b&gt;"))
        #expect(try fixture.get("/", [("g0.expr", "nothing")]).text.contains("No series."))
        let matrix = try fixture.get("/", [("g0.expr", "up{job='node'}[3m]")])
        #expect(matrix.text.contains("1 @ 1970-01-01T00:15:00.000Z"))
    }

    @Test func errorsShowThePlace() throws {
        let page = try QueryTests.fixture().get("/", [("g0.expr", "sum(<up)")]).text
        #expect(page.contains("1:5: parse error: "))
        #expect(page.contains("<pre>sum(&lt;up)\n    <span class=\"error\">^</span></pre>"))
    }

    @Test(arguments: Transport.allCases)
    func oldPathsLeadThere(transport: Transport) throws {
        let fixture = try QueryTests.fixture(transport)
        let graph = try fixture.get("/graph", [("g0.expr", "rate(a[5m]) + 1"), ("g0.tab", "0")])
        #expect(graph.status == 302)
        #expect(graph.headers["location"] == "/?g0.expr=rate%28a%5B5m%5D%29%20%2B%201")
        #expect(try fixture.get("/query").headers["location"] == "/")
        #expect(try fixture.get("/targets").headers["location"] == "/#targets")
    }
}
