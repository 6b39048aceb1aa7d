import Model

/// The grammar of OpenMetrics 1.0, as Prometheus reads it: single blanks where blanks are allowed, no empty lines, one
/// comma between labels, exemplars behind samples.
extension LineScanner {
    /// Moves behind a byte if it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < end, position.pointee == byte else { return false }
        position += 1
        return true
    }

    /// Reads name and labels of a sample's line.
    mutating func scanStrictSeries() throws(PageError) {
        pairs.removeAll(keepingCapacity: true)
        metricName = scanWord(colons: true)
        var hasName = !metricName.isEmpty
        if take(UInt8(ascii: "{")) {
            try scanStrictLabels(&hasName)
        } else if !hasName {
            throw unexpected("expected a valid start token")
        }
        if !hasName { throw failure("metric name not set") }
    }

    /// Labels up to the closing brace; a quoted string alone is the metric's name.
    private mutating func scanStrictLabels(_ hasName: inout Bool) throws(PageError) {
        while !take(UInt8(ascii: "}")) {
            let isQuoted = position.pointee == UInt8(ascii: "\"")
            let name = isQuoted ? try scanQuoted("expected label name") : scanWord(colons: false)
            if name.isEmpty { throw unexpected("expected label name") }
            if isQuoted, position.pointee == UInt8(ascii: ",") || position.pointee == UInt8(ascii: "}") {
                if hasName { throw failure("metric name already set") }
                hasName = true
                metricName = name
            } else {
                guard take(UInt8(ascii: "=")) else { throw unexpected("expected equal") }
                pairs.append(Pair(name: name, value: try scanStrictValue()))
            }
            if !take(UInt8(ascii: ",")), position.pointee != UInt8(ascii: "}") {
                throw unexpected("expected comma or brace close")
            }
        }
    }

    /// A quoted text on one line.
    private mutating func scanStrictValue() throws(PageError) -> Stretch {
        guard position.pointee == UInt8(ascii: "\"") else { throw unexpected("expected label value") }
        let value = try scanQuoted("expected label value")
        if text(value).contains(UInt8(ascii: "\n")) { throw failure("expected label value, got a line end") }
        return value
    }

    /// One blank and what stands up to the next blank or line end.
    mutating func scanStrictToken(_ expectation: String) throws(PageError) -> UnsafeRawBufferPointer {
        guard take(UInt8(ascii: " ")) else { throw unexpected(expectation) }
        let first = position
        while position.pointee != UInt8(ascii: " "), position.pointee != UInt8(ascii: "\n") { position += 1 }
        if position == first { throw unexpected(expectation) }
        return UnsafeRawBufferPointer(start: first, count: position - first)
    }

    mutating func scanStrictNumber(_ expectation: String) throws(PageError) -> Double {
        let token = try scanStrictToken(expectation)
        guard let value = SampleNumber.read(token) else {
            throw failure("\(GoText.quoted(String(decoding: token, as: UTF8.self))) is not a number")
        }
        return value
    }

    /// Seconds, to the nearest millisecond.
    mutating func scanStrictTime(_ what: String) throws(PageError) -> Int64 {
        let seconds = try scanStrictNumber("expected \(what)")
        guard seconds.isFinite, let time = Int64(exactly: (seconds * 1000).rounded()) else {
            throw failure("invalid \(what) \(FloatText.general(seconds))")
        }
        return time
    }

    /// True when ` # {` comes next; moves behind it.
    mutating func beginsExemplar() -> Bool {
        guard end - position >= 4, position[0] == UInt8(ascii: " "), position[1] == UInt8(ascii: "#"),
            position[2] == UInt8(ascii: " "), position[3] == UInt8(ascii: "{")
        else { return false }
        position += 4
        return true
    }

    /// Checks an exemplar from behind its brace and forgets it.
    mutating func skipExemplar() throws(PageError) {
        while !take(UInt8(ascii: "}")) {
            let isQuoted = position.pointee == UInt8(ascii: "\"")
            let name = isQuoted ? try scanStrictValue() : scanWord(colons: false)
            if name.isEmpty { throw unexpected("expected label name") }
            guard take(UInt8(ascii: "=")) else { throw unexpected("expected equal") }
            // Prometheus takes a NUL in labels, but not here.
            if text(try scanStrictValue()).contains(0) { throw failure("expected label value, got a NUL") }
            if !take(UInt8(ascii: ",")), position.pointee != UInt8(ascii: "}") {
                throw unexpected("expected comma or brace close")
            }
        }
        _ = try scanStrictNumber("expected value after exemplar labels")
        if position.pointee == UInt8(ascii: " ") { _ = try scanStrictTime("exemplar timestamp") }
    }
}
