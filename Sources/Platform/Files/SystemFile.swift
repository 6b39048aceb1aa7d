import Synchronization

/// A file descriptor; closed with the last reference.
final class SystemFile: File {
    let path: String
    let descriptor: Int32
    /// Where `append` writes. Atomic because `write(at:)` may come from any thread and may move it.
    private let end: Atomic<Int64>

    /// Takes over the descriptor.
    init(descriptor: Int32, path: String) throws(FileError) {
        self.path = path
        self.descriptor = descriptor
        do {
            end = Atomic(try SystemCall.size(descriptor, path))
        } catch {
            SystemCall.close(descriptor)
            throw error
        }
    }

    deinit { SystemCall.close(descriptor) }

    func size() throws(FileError) -> Int64 { try SystemCall.size(descriptor, path) }

    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        let offset = end.load(ordering: .relaxed)
        try SystemCall.write(bytes, at: offset, descriptor, "append to", path)
        end.store(offset + Int64(bytes.count), ordering: .relaxed)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
        try SystemCall.write(bytes, at: offset, descriptor, "write to", path)
        end.max(offset + Int64(bytes.count), ordering: .relaxed)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileError) -> Int {
        try SystemCall.read(into: buffer, at: offset, descriptor, path)
    }

    func truncate(to size: Int64) throws(FileError) {
        try SystemCall.truncate(descriptor, to: size, path)
        end.store(size, ordering: .relaxed)
    }

    func sync() throws(FileError) { try SystemCall.syncData(descriptor, path) }

    func map(length: Int) throws(FileError) -> any MappedBytes {
        try SystemMapping(descriptor: descriptor, length: length, path: path)
    }
}
