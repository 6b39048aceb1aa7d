import Platform

/// An open file of a `SimulatedFileSystem`.
final class SimulatedFile: File {
    let path: String
    private let system: SimulatedFileSystem
    private let node: Int
    private let mode: FileMode

    init(_ system: SimulatedFileSystem, _ node: Int, _ path: String, _ mode: FileMode) {
        self.system = system
        self.node = node
        self.path = path
        self.mode = mode
    }

    deinit { system.disk.withLock { $0.nodes[node]?.openHandles -= 1 } }

    func size() throws(FileError) -> Int64 {
        try system.disk.withLock { disk throws(FileError) in
            if let fault = try disk.fault(.status, path) { throw fault }
            return Int64(disk.nodes[node]?.content.count ?? 0)
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) { try write(bytes, offset: nil) }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
        try write(bytes, offset: Int(offset))
    }

    /// At the end when the offset is nil. What fails leaves a random part behind, what does not fit the part that does.
    private func write(_ bytes: UnsafeRawBufferPointer, offset: Int?) throws(FileError) {
        try system.disk.withLock { disk throws(FileError) in
            try checkWritable()
            var fault = try disk.fault(.write, path)
            let size = disk.nodes[node]?.content.count ?? 0
            let start = offset ?? size
            var count = fault == nil ? bytes.count : Int.random(in: 0...bytes.count, using: &disk.random)
            let room = Int(disk.room)
            if start + count - size > room {
                count = max(0, room + size - start)
                fault = fault ?? SimulatedDisk.error(.write, path, .noSpace)
            }
            disk.nodes[node]?.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: start)
            disk.nodes[node]?.modified = Int64(disk.operations)
            if let fault { throw fault }
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileError) -> Int {
        try system.disk.withLock { disk throws(FileError) in
            if let fault = try disk.fault(.read, path) { throw fault }
            let content = disk.nodes[node]?.content ?? []
            let start = min(Int(offset), content.count)
            let count = min(buffer.count, content.count - start)
            buffer.copyBytes(from: content[start..<start + count])
            return count
        }
    }

    func truncate(to size: Int64) throws(FileError) {
        try system.disk.withLock { disk throws(FileError) in
            try checkWritable()
            let fault = try disk.fault(.truncate, path)
            if fault == nil || disk.hasCrashed && disk.random.chance(0.5) {
                disk.nodes[node]?.truncate(to: Int(size))
            }
            if let fault { throw fault }
        }
    }

    func sync() throws(FileError) {
        try system.disk.withLock { disk throws(FileError) in
            if let fault = try disk.fault(.sync, path) {
                // At a crash the pages may still have got there; `crash` decides.
                if !disk.hasCrashed { disk.nodes[node]?.failSync() }
                throw fault
            }
            disk.nodes[node]?.sync()
        }
    }

    func map(length: Int) throws(FileError) -> any MappedBytes {
        try system.disk.withLock { disk throws(FileError) in
            if let fault = try disk.fault(.map, path) { throw fault }
            return SimulatedMapping(disk.nodes[node]?.content ?? [], length: length)
        }
    }

    private func checkWritable() throws(FileError) {
        if mode == .read { throw SimulatedDisk.error(.write, path, .other(code: 9)) }
    }
}

/// A copy of the content at the time of mapping; zeros beyond the end.
private final class SimulatedMapping: MappedBytes, @unchecked Sendable {
    // Sendable: written only here, before anybody else sees it.
    let bytes: UnsafeRawBufferPointer

    init(_ content: [UInt8], length: Int) {
        // The real thing begins at a page, and bytes behind the end on the same page can be read.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: length + 16, alignment: 4096)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        memory.copyBytes(from: content.prefix(length))
        bytes = UnsafeRawBufferPointer(rebasing: memory[..<length])
    }

    deinit { bytes.baseAddress?.deallocate() }
}

/// Held until it goes away or the machine crashes.
final class SimulatedLock: FileLock {
    private let system: SimulatedFileSystem
    private let path: String

    init(_ system: SimulatedFileSystem, _ path: String) {
        self.system = system
        self.path = path
    }

    deinit { system.disk.withLock { $0.locks[path] = nil } }
}
