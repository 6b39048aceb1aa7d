import Model
import PromQL

/// A PromQL test script: loads of samples, and queries with the answers they must give. The format is
/// described beside the conformance data, in `promqltest/README.md`.
package struct PromQLScript: Sendable {
    package enum Command: Sendable {
        case clear
        case load(Load)
        case evaluate(Evaluation)
    }

    package struct Load: Sendable {
        /// Milliseconds between the values of a series; the first stands at the epoch.
        package var step: Int64
        /// Label sets are unique: of a repeated one the last line counts.
        package var series: [SeriesDescription]
    }

    package struct Evaluation: Sendable {
        package enum Kind: Sendable, Equatable {
            case instant
            case range
        }

        /// What a text is compared with.
        package enum Pattern: Sendable, Equatable {
            case anything
            case text(String)
            /// Searched for, unanchored.
            case regex(String)
        }

        package enum Expected: Sendable {
            case scalar(Double)
            case string(String)
            /// In the order written. Empty: no series at all.
            case series([SeriesDescription])
        }

        package var kind: Kind
        /// 1-based line of the script.
        package var line: Int
        package var expression: String
        /// Milliseconds since the epoch. For an instant query that expects a range vector they say where the
        /// expected values stand; it is evaluated at `end`.
        package var start: Int64
        package var end: Int64
        package var step: Int64
        package var expected = Expected.series([])
        package var failure: Pattern?
        package var warnings: [Pattern] = []
        package var infos: [Pattern] = []
        package var forbidsWarnings = false
        package var forbidsInfos = false
        package var isOrdered = false
        package var expectsRangeVector = false
    }

    /// What is wrong with a script.
    package struct Problem: Error, CustomStringConvertible {
        package let line: Int
        package let text: String

        package var description: String { "line \(line): \(text)" }
    }

    package var commands: [Command]

    package init(_ text: String) throws {
        var reader = PromQLScriptReader(text)
        commands = try reader.commands()
    }
}
