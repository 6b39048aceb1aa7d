/// What is fed with arbitrary bytes. Whatever these are, the code under test answers or throws; it neither traps nor
/// loops, and what a target checks besides holds.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// Text to tokens.
    case lexer
    /// Text to a tree.
    case parser
    /// A tree to text and back.
    case printer
    /// Text to a plan, and its evaluation over a little data.
    case planner
    /// A scraped page, read twice.
    case exposition
    /// A segment file of the log.
    case journal
    /// Frames of the register and the journal, from which a database opens.
    case recovery
    /// A remote write message.
    case write
    /// Chunks of times and values.
    case chunks
    /// A configuration file.
    case configuration
    /// An answer that the command line reads.
    case json

    /// Nil when all is as it has to be, else what is wrong.
    package func run(_ bytes: [UInt8]) -> String? {
        switch self {
        case .lexer: return ParserTarget.lex(bytes)
        case .parser: return ParserTarget.parse(bytes)
        case .printer: return ParserTarget.print(bytes)
        case .planner: return PlannerTarget.run(bytes)
        case .exposition: return ExpositionTarget.run(bytes)
        case .journal: return LogTargets.readSegment(bytes)
        case .recovery: return LogTargets.openDatabase(bytes)
        case .write: return DecoderTargets.write(bytes)
        case .chunks: return DecoderTargets.chunks(bytes)
        case .configuration: return DecoderTargets.configuration(bytes)
        case .json: return DecoderTargets.json(bytes)
        }
    }
}
