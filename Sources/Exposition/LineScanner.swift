import Model
import Platform

/// Takes lines apart that no cache knows: the grammar of the text format 0.0.4, and of 1.0.0 with quoted
/// names. The page ends with a line end, so every loop stops at one at the latest.
struct LineScanner {
    /// A stretch of the page, from its first byte.
    typealias Stretch = Range<Int>

    /// A label as written: quotes of the value and of a quoted name left out, escapes still in.
    struct Pair {
        var name: Stretch
        var value: Stretch
    }

    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    /// The next byte to look at.
    var position: UnsafePointer<UInt8>
    /// Where the line begins, for messages.
    private(set) var lineStart: UnsafePointer<UInt8>

    /// Lines before the page, when it is a piece of a longer one.
    var linesBefore = 0

    /// The series that was scanned last.
    var metricName: Stretch = 0..<0
    var pairs: [Pair] = []

    /// `page` ends with a line end and is not changed while the scanner is in use.
    init(page: ByteBuffer) {
        start = UnsafeRawPointer(page.base).assumingMemoryBound(to: UInt8.self)
        end = start + page.count
        position = start
        lineStart = start
    }

    mutating func beginLine() { lineStart = position }

    mutating func skipBlanks() {
        while position.pointee == UInt8(ascii: " ") || position.pointee == UInt8(ascii: "\t") { position += 1 }
    }

    func text(_ stretch: Stretch) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start + stretch.lowerBound, count: stretch.count)
    }

    // MARK: Series

    /// Reads name and labels of a sample's line and stops at the first byte of the value.
    mutating func scanSeries() throws(PageError) {
        pairs.removeAll(keepingCapacity: true)
        skipBlanks()
        metricName = scanWord(colons: true)
        var hasName = !metricName.isEmpty
        let nameEnd = position
        skipBlanks()
        if position.pointee == UInt8(ascii: "{") {
            position += 1
            try scanLabels(&hasName)
            skipBlanks()
        } else if !hasName {
            throw unexpected("expected a valid start token")
        } else if position == nameEnd {
            // `a+5` would begin as `ab 5` does: what a line is known by must end behind a blank or brace.
            throw unexpected("expected value after metric")
        }
        if !hasName { throw failure("metric name not set") }
        if isAtTokenEnd { throw unexpected("expected value after metric") }
    }

    private mutating func scanLabels(_ hasName: inout Bool) throws(PageError) {
        while true {
            skipBlanks()
            if position.pointee == UInt8(ascii: "}") {
                position += 1
                return
            }
            let isQuoted = position.pointee == UInt8(ascii: "\"")
            let name = isQuoted ? try scanQuoted("expected label name") : scanWord(colons: false)
            if name.isEmpty && !isQuoted { throw unexpected("expected label name") }
            skipBlanks()
            if isQuoted, position.pointee == UInt8(ascii: ",") || position.pointee == UInt8(ascii: "}") {
                // A quoted string alone is the metric's name.
                if hasName { throw failure("metric name already set") }
                hasName = true
                metricName = name
                if position.pointee == UInt8(ascii: ",") { position += 1 }
                continue
            }
            guard position.pointee == UInt8(ascii: "=") else { throw unexpected("expected equal") }
            position += 1
            skipBlanks()
            guard position.pointee == UInt8(ascii: "\"") else { throw unexpected("expected label value") }
            pairs.append(Pair(name: name, value: try scanQuoted("expected label value")))
            skipBlanks()
            // One comma may follow, also after the last label, and may be missing between labels.
            if position.pointee == UInt8(ascii: ",") {
                position += 1
                skipBlanks()
                if position.pointee == UInt8(ascii: ",") { throw unexpected("expected label name") }
            }
        }
    }

    /// A name without quotes; empty when there is none.
    mutating func scanWord(colons: Bool) -> Stretch {
        let first = position
        while true {
            switch position.pointee {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9") where position > first: break
            case UInt8(ascii: ":") where colons: break
            default: return first - start..<position - start
            }
            position += 1
        }
    }

    /// What stands between quotes; line ends may be in it.
    mutating func scanQuoted(_ expectation: String) throws(PageError) -> Stretch {
        let quote = position
        position += 1
        while position < end {
            switch position.pointee {
            case UInt8(ascii: "\""):
                position += 1
                return quote + 1 - start..<position - 1 - start
            case UInt8(ascii: "\\"):
                position += 1
                if position < end, position.pointee == UInt8(ascii: "\n") {
                    throw failure("\(expectation), got a line end behind a backslash")
                }
                position += 1
            default: position += 1
            }
        }
        position = quote
        throw failure("\(expectation), got a quote that is never closed")
    }

    // MARK: Value and timestamp

    /// A byte that no value holds.
    var isAtTokenEnd: Bool {
        switch position.pointee {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "{"): return true
        default: return false
        }
    }

    /// Reads value and timestamp and moves to the next line.
    mutating func scanSample(powers: UnsafePointer<Double>) throws(PageError) -> (value: Double, time: Int64?) {
        skipBlanks()
        let first = position
        if let value = SampleNumber.readPlain(&position, powers: powers), isAtTokenEnd {
            return (value, try scanTimestamp())
        }
        position = first
        return (try scanValue(), try scanTimestamp())
    }

    private mutating func scanValue() throws(PageError) -> Double {
        let first = position
        while !isAtTokenEnd { position += 1 }
        let token = UnsafeRawBufferPointer(start: first, count: position - first)
        guard let value = SampleNumber.read(token) else { throw failure("\(Self.quoted(token)) is not a number") }
        return value
    }

    /// What follows the value: nothing, or a timestamp; moves to the next line.
    private mutating func scanTimestamp() throws(PageError) -> Int64? {
        skipBlanks()
        if position.pointee == UInt8(ascii: "\n") {
            position += 1
            return nil
        }
        guard position.pointee &- 48 < 10 else { throw unexpected("expected timestamp or new record") }
        guard let time = SampleNumber.readTime(&position) else { throw failure("the timestamp is too large") }
        skipBlanks()
        guard position.pointee == UInt8(ascii: "\n") else { throw unexpected("expected next entry after timestamp") }
        position += 1
        return time
    }

    // MARK: Messages

    func unexpected(_ expectation: String) -> PageError {
        let got = UnsafeRawBufferPointer(start: position, count: min(1, end - position))
        return failure("\(expectation), got \(Self.quoted(got))")
    }

    /// An error about the line, with what was read of it.
    func failure(_ reason: String) -> PageError {
        let read = UnsafeRawBufferPointer(start: lineStart, count: min(position + 1, end) - lineStart)
        let excerpt = UnsafeRawBufferPointer(rebasing: read.suffix(Self.longestExcerpt))
        return .syntax(line: lineNumber, reason: "\(reason) while parsing: \(Self.quoted(excerpt))")
    }

    /// Of the present line, from 1.
    var lineNumber: Int {
        linesBefore + 1 + UnsafeBufferPointer(start: start, count: lineStart - start).count { $0 == UInt8(ascii: "\n") }
    }

    private static let longestExcerpt = 120

    private static func quoted(_ bytes: UnsafeRawBufferPointer) -> String {
        GoText.quoted(String(decoding: bytes, as: UTF8.self))
    }
}
