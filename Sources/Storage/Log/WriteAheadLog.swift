import Journal
import Platform

/// The two logs under `wal/`: the register of names and the journal of samples.
final class WriteAheadLog: @unchecked Sendable {
    // Sendable: used with the commit lock held, but for what `PendingSync` allows.
    static let journalSegmentSize = 4 << 20
    static let registerSegmentSize = 64 << 20

    private(set) var register: SegmentedLog
    let journal: SegmentedLog
    private var names: RegisterEncoder
    private let encoder = JournalEncoder()
    /// Segments of the register before this one are void.
    private var registerStart: Int

    /// Goes on with what a recovery has found; the head has all of it.
    init(_ recovered: RecoveredLogs, _ head: Head) {
        register = recovered.register
        journal = recovered.journal
        registerStart = recovered.registerStart
        names = RegisterEncoder(kind: recovered.registerKind)
        names.markAllKnown(head)
    }

    /// Below the data directory.
    static let registerName = "wal/register"
    static let journalName = "wal/journal"
    static func registerDirectory(_ directory: String) -> String { "\(directory)/\(registerName)" }
    static func journalDirectory(_ directory: String) -> String { "\(directory)/\(journalName)" }

    /// Hands the pending commit to the kernel, names first, and returns the journal segment it went to. After an error
    /// the journal holds nothing of it.
    func write(_ head: Head) throws(LogError) -> Int {
        if names.encode(head.index, head.timelines) {
            try register.append(kind: names.kind, names.buffer.bytes, compress: true)
            names.markEncodedKnown()
        }
        encoder.encode(head.pending)
        return try journal.append(kind: JournalFormat.commitFrame, encoder.buffer.bytes).segment
    }

    func beginRewrite() throws(LogError) -> RegisterRewrite { try RegisterRewrite(of: register, names) }

    /// Puts a register in the place of the present one. Durable with the next sync.
    func take(_ rewrite: RegisterRewrite) throws(LogError) {
        try rewrite.log.replace(register)
        register = rewrite.log
        names = rewrite.names
        registerStart = register.position.segment
    }

    /// Removes what a rewritten register took the place of, once that is durable.
    func removeOldRegister() throws(LogError) { try register.removeSegments(below: registerStart) }
}
