import Journal
import Platform

/// The two logs under `wal/`: the register of names and the journal of samples.
final class WriteAheadLog: @unchecked Sendable {
    // Sendable: used with the commit lock held, but for what `PendingSync` allows.
    static let journalSegmentSize = 4 << 20
    static let registerSegmentSize = 64 << 20

    let register: SegmentedLog
    let journal: SegmentedLog
    private let names = RegisterEncoder()
    private let encoder = JournalEncoder()

    init(register: SegmentedLog, journal: SegmentedLog, head: Head) {
        self.register = register
        self.journal = journal
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
        if names.encode(head) {
            try register.append(kind: RegisterFormat.names, names.buffer.bytes, compress: true)
            names.markEncodedKnown()
        }
        encoder.encode(head.pending)
        return try journal.append(kind: JournalFormat.commitFrame, encoder.buffer.bytes).segment
    }
}
