import PromQL

/// `apus promql format`: prints an expression in the canonical layout.
struct FormatExpressionCommand: Command {
    let name = "promql format"

    var help: CommandHelp {
        CommandHelp(
            usage: "promql format EXPRESSION",
            summary: "Parses a PromQL expression and prints it in the canonical layout.",
            examples: ["apus promql format 'sum(rate(x_total[5m]))by(job)'"])
    }

    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode {
        guard values.arguments.count == 1, let text = values.arguments.first else {
            throw UsageError("one expression is expected: put it in quotes")
        }
        do throws(ParseError) {
            shell.output(try Parser.parse(text).pretty + "\n")
            return .ok
        } catch {
            shell.error("apus promql format: \(error)\n")
            if let place = Caret.text(query: text, message: "\(error)") { shell.error(place) }
            return .failed
        }
    }
}
