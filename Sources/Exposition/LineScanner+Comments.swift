import Model

/// Comment and empty lines that follow each other and speak of at most one metric family.
struct CommentRun {
    var name: String?
    var metadata = MetricMetadata()
    /// What the last TYPE line says.
    var type: FamilyType?
}

extension LineScanner {
    /// True when the present line is a comment or empty; looks behind leading blanks.
    var isAtComment: Bool {
        var next = position
        while next.pointee == UInt8(ascii: " ") || next.pointee == UInt8(ascii: "\t") { next += 1 }
        return next.pointee == UInt8(ascii: "#") || next.pointee == UInt8(ascii: "\n")
    }

    /// Reads comment lines up to the next sample or the next family.
    mutating func scanComments() throws(PageError) -> CommentRun {
        var run = CommentRun()
        while position < end, isAtComment {
            let line = position
            beginLine()
            if try !scanComment(into: &run) {
                position = line
                break
            }
        }
        return run
    }

    /// Reads one comment line; false when it speaks of another family than the run's.
    private mutating func scanComment(into run: inout CommentRun) throws(PageError) -> Bool {
        skipBlanks()
        if position.pointee == UInt8(ascii: "#") {
            position += 1
            let hash = position
            skipBlanks()
            // The word counts only after a blank.
            if position > hash, let keyword = scanKeyword() {
                skipBlanks()
                let name = try scanFamilyName(after: keyword)
                if let known = run.name, known != name { return false }
                run.name = name
                try scanMetadata(keyword, into: &run)
            }
        }
        skipToNextLine()
        return true
    }

    private mutating func skipToNextLine() {
        while position.pointee != UInt8(ascii: "\n") { position += 1 }
        position += 1
    }

    private enum Keyword: String {
        case help = "HELP"
        case type = "TYPE"
    }

    /// `HELP` or `TYPE` with a blank behind.
    private mutating func scanKeyword() -> Keyword? {
        guard end - position > 4, position[4] == UInt8(ascii: " ") || position[4] == UInt8(ascii: "\t") else {
            return nil
        }
        let word = String(decoding: UnsafeBufferPointer(start: position, count: 4), as: UTF8.self)
        guard let keyword = Keyword(rawValue: word) else { return nil }
        position += 4
        return keyword
    }

    private mutating func scanFamilyName(after keyword: Keyword) throws(PageError) -> String {
        let isQuoted = position.pointee == UInt8(ascii: "\"")
        let expectation = "expected metric name after \(keyword.rawValue)"
        let stretch = isQuoted ? try scanQuoted(expectation) : scanWord(colons: true)
        guard !stretch.isEmpty else { throw unexpected(expectation) }
        guard let name = EscapedText.resolve(text(stretch), quotes: true) else {
            throw failure("a metric name is not valid UTF-8")
        }
        return name
    }

    /// The rest of a HELP or TYPE line: one blank, then text up to the line end.
    private mutating func scanMetadata(_ keyword: Keyword, into run: inout CommentRun) throws(PageError) {
        if position.pointee != UInt8(ascii: "\n") { position += 1 }
        let first = position
        while position.pointee != UInt8(ascii: "\n") { position += 1 }
        let rest = text(first - start..<position - start)
        switch keyword {
        case .help:
            guard let help = EscapedText.resolve(rest, quotes: false) else {
                throw failure("the help text is not valid UTF-8")
            }
            run.metadata.help = help
        case .type:
            let word = String(decoding: rest, as: UTF8.self)
            switch word {
            case "counter", "gauge", "histogram", "summary":
                run.metadata.kind = MetricMetadata.Kind(rawValue: word) ?? .unknown
            case "untyped": run.metadata.kind = .unknown
            default: throw failure("invalid metric type \(GoText.quoted(word))")
            }
            run.type = FamilyType(run.metadata.kind)
        }
    }
}
