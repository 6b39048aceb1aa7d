import Model
import PromQL

/// Reads a script's text, block by block: a block ends at an empty line, and comments count as empty.
struct PromQLScriptReader {
    private typealias Evaluation = PromQLScript.Evaluation

    private let lines: [String]
    /// Index of the next line.
    private var next = 0

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            let line = Self.trimmed($0)
            return line.hasPrefix("#") ? "" : line
        }
    }

    mutating func commands() throws -> [PromQLScript.Command] {
        var commands: [PromQLScript.Command] = []
        while let line = takeLine() {
            if line.isEmpty { continue }
            let word = line.prefix { !$0.isWhitespace }.lowercased()
            if word == "clear" {
                commands.append(.clear)
            } else if word.hasPrefix("load") {
                commands.append(.load(try load(line)))
            } else if word.hasPrefix("eval") {
                commands.append(.evaluate(try evaluation(line)))
            } else {
                throw problem("unknown command \(line)")
            }
        }
        return commands
    }

    // MARK: - Lines

    private mutating func takeLine() -> String? {
        guard next < lines.count else { return nil }
        next += 1
        return lines[next - 1]
    }

    /// The next line of the block.
    private mutating func takeBlockLine() -> String? {
        guard next < lines.count, !lines[next].isEmpty else { return nil }
        return takeLine()
    }

    private func problem(_ text: String) -> PromQLScript.Problem { PromQLScript.Problem(line: next, text: text) }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let front = text.drop { $0.isWhitespace }
        return String(front.reversed().drop { $0.isWhitespace }.reversed())
    }

    private func words(_ text: String) -> [String] { text.split { $0.isWhitespace }.map(String.init) }

    private func duration(_ text: String) throws -> Int64 {
        do {
            return try DurationText.parse(text)
        } catch {
            throw problem(error.description)
        }
    }

    private func series(_ line: String) throws -> SeriesDescription {
        do {
            return try Parser.seriesDescription(line)
        } catch {
            throw problem("\(line): \(error)")
        }
    }

    // MARK: - Commands

    private mutating func load(_ line: String) throws -> PromQLScript.Load {
        let words = words(line)
        guard words.count == 2 else { throw problem("load without a step: \(line)") }
        var load = PromQLScript.Load(step: try duration(words[1]), series: [])
        var positions: [Labels: Int] = [:]
        while let line = takeBlockLine() {
            // Start timestamps of the line below; nothing stores them yet.
            if line.prefix(while: { !$0.isWhitespace }).hasSuffix("@st") { continue }
            let one = try series(line)
            if let known = positions[one.labels] {
                load.series[known] = one
            } else {
                positions[one.labels] = load.series.count
                load.series.append(one)
            }
        }
        return load
    }

    private mutating func evaluation(_ line: String) throws -> PromQLScript.Evaluation {
        var evaluation = try header(line)
        while let line = takeBlockLine() {
            if line.hasPrefix("expected_fail_message") {
                evaluation.failure = .text(Self.trimmed(line.dropFirst("expected_fail_message".count)))
            } else if line.hasPrefix("expected_fail_regexp") {
                evaluation.failure = .regex(Self.trimmed(line.dropFirst("expected_fail_regexp".count)))
            } else if line.hasPrefix("expect range vector") {
                let words = words(line)
                guard words.count == 9 else { throw problem(line) }
                evaluation.expectsRangeVector = true
                evaluation.start = try duration(words[4])
                evaluation.end = try duration(words[6])
                evaluation.step = try duration(words[8])
            } else if line.hasPrefix("expect string ") {
                let text = GoText.unquoted(Array(line.utf8.dropFirst("expect string ".utf8.count)))
                evaluation.expected = .string(String(decoding: text ?? [], as: UTF8.self))
            } else if line == "expect" || line.hasPrefix("expect ") {
                try expectation(line, &evaluation)
            } else if let number = try? Parser.parse(line).constant {
                evaluation.expected = .scalar(number)
            } else if case .series(let before) = evaluation.expected {
                evaluation.expected = .series(before + [try series(line)])
            }
        }
        return evaluation
    }

    /// `eval[_mode] instant at TIME EXPRESSION` or `eval[_mode] range from TIME to TIME step STEP EXPRESSION`
    private func header(_ line: String) throws -> Evaluation {
        let parts = words(line)
        let mode = parts[0].lowercased().dropFirst("eval".count)
        var evaluation: Evaluation
        if parts.count > 4, parts[1] == "instant", parts[2] == "at" {
            let time = try duration(parts[3])
            evaluation = Evaluation(
                kind: .instant, line: next, expression: rest(of: line, after: 4), start: time, end: time, step: 0)
        } else if parts.count > 8, parts[1] == "range" {
            evaluation = Evaluation(
                kind: .range, line: next, expression: rest(of: line, after: 8), start: try duration(parts[3]),
                end: try duration(parts[5]), step: try duration(parts[7]))
        } else {
            throw problem("unknown evaluation \(line)")
        }
        switch mode {
        case "": break
        case "_fail": evaluation.failure = .anything
        case "_warn": evaluation.warnings = [.anything]
        case "_info": evaluation.infos = [.anything]
        case "_ordered": evaluation.isOrdered = true
        default: throw problem("unknown evaluation \(line)")
        }
        return evaluation
    }

    /// The text behind the first words.
    private func rest(of line: String, after words: Int) -> String {
        var rest = Substring(line)
        for _ in 0..<words { rest = rest.drop { !$0.isWhitespace }.drop { $0.isWhitespace } }
        return String(rest)
    }

    /// `expect KIND`, `expect KIND msg: TEXT`, `expect KIND regex: PATTERN`
    private func expectation(_ line: String, _ evaluation: inout PromQLScript.Evaluation) throws {
        let parts = words(line)
        guard parts.count > 1 else { throw problem(line) }
        var pattern = Evaluation.Pattern.anything
        if parts.count > 2, let colon = line.firstIndex(of: ":") {
            let text = Self.trimmed(line[line.index(after: colon)...])
            pattern = parts[2].hasPrefix("regex:") ? .regex(text) : .text(text)
        }
        switch parts[1] {
        case "fail": evaluation.failure = pattern
        case "warn": evaluation.warnings.append(pattern)
        case "info": evaluation.infos.append(pattern)
        case "no_warn": evaluation.forbidsWarnings = true
        case "no_info": evaluation.forbidsInfos = true
        case "ordered": evaluation.isOrdered = true
        default: throw problem("unknown expectation \(line)")
        }
    }
}

extension PromQL.Expression {
    /// The value of a number literal.
    fileprivate var constant: Double? {
        if case .number(let literal) = self { return literal.value }
        return nil
    }
}
