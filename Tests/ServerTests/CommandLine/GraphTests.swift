import Model
import Testing

@testable import CommandLineTool

@Suite struct GraphTests {
    /// A straight line from 0 to 100 over a minute, one point each second.
    private static func rise(_ name: String, from start: Double = 0) -> QueryAnswer.Series {
        let points = (0...60).map { second in
            let value = start + Double(second) * (100 - 2 * start) / 60
            return QueryAnswer.Point(time: 1_795_150_800_000 + Int64(second) * 1000, text: "\(value)", value: value)
        }
        return QueryAnswer.Series(labels: Labels(["name": name]), points: points)
    }

    @Test func plainPicture() {
        let graph = Graph(size: (46, 9), showsUnicode: false, showsColours: false)
        let text = graph.text([Self.rise("up"), Self.rise("down", from: 100)], step: 1000)
        #expect(
            text == """
                100 ++++                                   ***
                    |   +++++                         *****
                    |        +++++               *****
                    |             +++++     *****
                 50 +                  +++++
                    |             *****     +++++
                    |        *****               +++++
                    |   *****                         +++++
                  0 +***                                   +++
                    ++-------------------+-------------------+
                 05:00:00            05:00:30         05:01:00 UTC

                   SERIES         MIN  MAX  LAST
                *  {name="up"}      0  100   100
                +  {name="down"}    0  100     0

                """)
    }

    @Test func brailleWithColours() {
        let graph = Graph(size: (46, 9), showsUnicode: true, showsColours: true)
        let text = graph.text([Self.rise("up"), Self.rise("down", from: 100)], step: 1000)
        #expect(text.hasPrefix("100 \u{2524}\u{1b}[33m\u{2811}\u{2812}"))
        #expect(text.contains("\u{1b}[36m\u{2501}\u{1b}[0m  {name=\"up\"}      0  100   100\n"))
    }

    @Test func gapsStayOpen() {
        var series = Self.rise("x")
        series.points.removeSubrange(20...40)
        let text = Graph(size: (46, 9), showsUnicode: false, showsColours: false).text([series], step: 1000)
        #expect(text.contains("\n 50 +\n"))
    }

    @Test(arguments: [
        (0.0...100.0, ["0", "20", "40", "60", "80", "100"]),
        (0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (3.0...3.0, ["1", "2", "3", "4", "5"]),
        (0.0...0.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-5.0...5.0, ["-6", "-4", "-2", "0", "2", "4", "6"]),
        (1e9...3.2e9, ["1.0G", "1.5G", "2.0G", "2.5G", "3.0G", "3.5G"]),
        (0.0...0.004, ["0", "1m", "2m", "3m", "4m"]),
        (1234.0...1239.0, ["1234", "1235", "1236", "1237", "1238", "1239"]),
    ])
    func valueTicks(range: ClosedRange<Double>, expected: [String]) {
        #expect(ValueAxis(covering: range, steps: 5).labels == expected)
    }

    @Test func timeTicksAreRoundTimes() {
        let axis = TimeAxis(start: 1_795_150_811_000, end: 1_795_151_411_000, columns: 60)
        #expect(axis.step == 120_000)
        #expect(axis.ticks.allSatisfy { $0 % 120_000 == 0 })
        #expect(axis.ticks.count == 5)
    }

    @Test func nothingToDraw() {
        #expect(Graph(size: (80, 10), showsUnicode: false, showsColours: false).text([], step: 1).isEmpty)
    }
}
