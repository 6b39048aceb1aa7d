/// A held flock; the file stays, since removing it would let two processes lock two files of one name.
final class SystemLock: FileLock {
    private let file: SystemFile

    /// Takes over a lock that is held through the file.
    init(_ file: SystemFile) { self.file = file }

    // Closing alone would not do: a child process that is just being started shares the descriptor for a moment.
    deinit { SystemCall.unlock(file.descriptor) }
}
