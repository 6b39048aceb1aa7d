import Model
import Platform

/// Reads a text in the OpenMetrics format 1.0, line by line: what `promtool tsdb dump-openmetrics` writes and exporters
/// send. Exemplars are checked and dropped; `_created` lines are samples like all others. Not thread safe.
package final class OpenMetricsReader {
    package enum Entry: Equatable {
        case sample(Sample)
        case help(String, of: String)
        case type(MetricMetadata.Kind, of: String)
        case unit(String, of: String)
    }

    package struct Sample: Equatable {
        package var value: Double
        /// Milliseconds.
        package var time: Int64?

        package init(value: Double, time: Int64?) {
            self.value = value
            self.time = time
        }
    }

    private let page: ByteBuffer
    private var scanner: LineScanner
    /// Of the last TYPE line.
    private var type = FamilyType.other
    private var series: LineScanner.Stretch = 0..<0
    private let isLast: Bool

    /// - Parameters:
    ///   - page: whole lines, not changed while it is read.
    ///   - previous: the reader of the piece before, when the text is read in pieces.
    ///   - isLast: the text ends with this piece.
    package init(_ page: ByteBuffer, after previous: OpenMetricsReader? = nil, isLast: Bool = true) {
        // A line end that the last line lacks; the scanner needs one.
        if let last = page.bytes.last, last != UInt8(ascii: "\n") { page.append(UInt8(ascii: "\n")) }
        self.page = page
        self.isLast = isLast
        scanner = LineScanner(page: page)
        guard let previous else { return }
        type = previous.type
        scanner.linesBefore = previous.line - 1
    }

    /// The next entry; nil behind `# EOF`, or at the end of a piece that is not the last one.
    package func next() throws(PageError) -> Entry? {
        scanner.beginLine()
        if scanner.position >= scanner.end {
            if !isLast { return nil }
            throw scanner.failure("data does not end with # EOF")
        }
        if scanner.take(UInt8(ascii: "#")) { return try comment() }
        let start = scanner.position
        try scanner.scanStrictSeries()
        series = start - scanner.start..<scanner.position - scanner.start
        let value = try scanner.scanStrictNumber("expected value after metric")
        var sample = Sample(value: value, time: nil)
        var hasExemplar = scanner.beginsExemplar()
        if !hasExemplar, scanner.position.pointee == UInt8(ascii: " ") {
            sample.time = try scanner.scanStrictTime("timestamp")
            hasExemplar = scanner.beginsExemplar()
        }
        if hasExemplar { try scanner.skipExemplar() }
        guard scanner.take(UInt8(ascii: "\n")) else {
            throw scanner.unexpected("expected next entry after timestamp")
        }
        return .sample(sample)
    }

    /// The series of the last sample as it is written: equal texts are equal series while no TYPE line comes between.
    package var seriesText: UnsafeRawBufferPointer { scanner.text(series) }

    /// The labels of the last sample.
    package func labels() throws(PageError) -> Labels { Labels(try scanner.labels(type)) }

    /// The line of the last entry.
    package var line: Int { scanner.lineNumber }

    private func comment() throws(PageError) -> Entry? {
        guard scanner.take(UInt8(ascii: " ")) else { throw scanner.unexpected("expected a valid start token") }
        let word = scanner.text(scanner.scanWord(colons: false))
        switch String(decoding: word, as: UTF8.self) {
        case "EOF":
            guard scanner.take(UInt8(ascii: "\n")), scanner.position == scanner.end, isLast else {
                throw scanner.failure("unexpected data after # EOF")
            }
            return nil
        case "HELP":
            let (name, text) = try metadata("HELP")
            guard let help = text.withUnsafeBytes({ EscapedText.resolve($0, quotes: true) }) else {
                throw scanner.failure("the help text is not valid UTF-8")
            }
            return .help(help, of: name)
        case "TYPE":
            let (name, text) = try metadata("TYPE")
            let word = String(decoding: text, as: UTF8.self)
            guard let kind = MetricMetadata.Kind(rawValue: word) else {
                throw scanner.failure("invalid metric type \(GoText.quoted(word))")
            }
            type = FamilyType(kind)
            return .type(kind, of: name)
        case "UNIT":
            let (name, text) = try metadata("UNIT")
            let unit = String(decoding: text, as: UTF8.self)
            if !unit.isEmpty, !name.hasSuffix("_" + unit) {
                throw scanner.failure("unit \(GoText.quoted(unit)) not a suffix of metric \(GoText.quoted(name))")
            }
            return .unit(unit, of: name)
        default: throw scanner.unexpected("expected a valid start token")
        }
    }

    /// ` name text` up to the line end.
    private func metadata(_ keyword: String) throws(PageError) -> (name: String, text: [UInt8]) {
        let expectation = "expected metric name after \(keyword)"
        guard scanner.take(UInt8(ascii: " ")) else { throw scanner.unexpected(expectation) }
        let isQuoted = scanner.position.pointee == UInt8(ascii: "\"")
        let stretch = isQuoted ? try scanner.scanQuoted(expectation) : scanner.scanWord(colons: true)
        guard !stretch.isEmpty else { throw scanner.unexpected(expectation) }
        guard let name = EscapedText.resolve(scanner.text(stretch), quotes: true) else {
            throw scanner.failure("a metric name is not valid UTF-8")
        }
        guard scanner.take(UInt8(ascii: " ")) else { throw scanner.unexpected("expected text in \(keyword)") }
        let first = scanner.position
        while scanner.position.pointee != UInt8(ascii: "\n") { scanner.position += 1 }
        let text = [UInt8](UnsafeBufferPointer(start: first, count: scanner.position - first))
        scanner.position += 1
        return (name, text)
    }
}
