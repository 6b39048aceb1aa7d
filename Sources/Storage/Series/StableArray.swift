import Platform
import Synchronization

/// An append-only array whose elements never move: chunk k holds 64 << k elements, so 32 chunk addresses
/// are enough for all UInt32 indices and an element's address follows from its index alone. Memory starts out
/// as zeros; pages of a large chunk that were never written cost address space only.
///
/// One writer at a time appends; readers on any thread may follow any index below a `count` they have read.
/// Elements written before their count was published are visible to whoever reads that count; what is
/// changed later needs an atomic of its own.
final class StableArray<Element: BitwiseCopyable>: @unchecked Sendable {
    // Sendable: the directory's entries and the elements are written before `published` covers them.
    private static var firstChunkBits: Int { 6 }
    private let chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>?>
    private let published = Atomic<Int>(0)
    /// Bytes of pages that were skipped.
    private let untouched = Atomic<Int>(0)

    init() {
        chunks = .allocate(capacity: 32)
        chunks.initialize(repeating: nil, count: 32)
    }

    deinit {
        for chunk in 0..<32 {
            guard let memory = chunks[chunk] else { continue }
            let bytes = Self.bytes(ofChunk: chunk)
            if bytes >= Self.pagedBytes { ZeroPages.deallocate(memory, bytes: bytes) } else { memory.deallocate() }
        }
        chunks.deallocate()
    }

    /// Elements appended so far.
    var count: Int { published.load(ordering: .acquiring) }

    /// Bytes of the chunks that hold elements, up to the last element, without what was skipped.
    var memory: Int { count * MemoryLayout<Element>.stride - untouched.load(ordering: .relaxed) }

    /// The address of an element; `index` must be below a count that was read before.
    @inline(__always) subscript(index: Int) -> UnsafeMutablePointer<Element> {
        let (chunk, offset) = Self.place(index)
        return chunks[chunk].unsafelyUnwrapped + offset
    }

    /// Writer: appends one element.
    @discardableResult func append(_ element: Element) -> Int {
        let index = published.load(ordering: .relaxed)
        reserve(1, at: index).initialize(to: element)
        published.store(index + 1, ordering: .releasing)
        return index
    }

    /// Writer: appends elements side by side in memory and returns the index of the first one. May leave a
    /// gap of unused elements before it, at most as many as there are already.
    func append(contentsOf elements: UnsafeBufferPointer<Element>) -> Int {
        let index = contiguousStart(elements.count)
        guard let source = elements.baseAddress else { return index }
        reserve(elements.count, at: index).initialize(from: source, count: elements.count)
        published.store(index + elements.count, ordering: .releasing)
        return index
    }

    /// Writer: like `append(contentsOf:)`, for elements that the caller fills in before it tells anybody of
    /// them.
    func append(uninitialized length: Int) -> Int {
        let index = contiguousStart(length)
        _ = reserve(length, at: index)
        published.store(index + length, ordering: .releasing)
        return index
    }

    /// Writer: leaves the elements up to an index zero. Whole pages of them take no memory.
    func skip(to index: Int) {
        let start = published.load(ordering: .relaxed)
        if index <= start { return }
        for chunk in Self.place(start).chunk...Self.place(index - 1).chunk { _ = memory(ofChunk: chunk) }
        let pages = (index - start) * MemoryLayout<Element>.stride / ZeroPages.pageSize
        untouched.wrappingAdd(max(0, pages - 1) * ZeroPages.pageSize, ordering: .relaxed)
        published.store(index, ordering: .releasing)
    }

    /// Where the next `length` elements would lie side by side.
    func contiguousStart(_ length: Int) -> Int {
        var index = published.load(ordering: .relaxed)
        while true {
            let (chunk, offset) = Self.place(index)
            let capacity = 1 << (chunk + Self.firstChunkBits)
            if offset + length <= capacity { return index }
            index += capacity - offset
        }
    }

    /// The place of `length` elements that lie in one chunk.
    private func reserve(_ length: Int, at index: Int) -> UnsafeMutablePointer<Element> {
        let (chunk, offset) = Self.place(index)
        return memory(ofChunk: chunk) + offset
    }

    private func memory(ofChunk chunk: Int) -> UnsafeMutablePointer<Element> {
        if let memory = chunks[chunk] { return memory }
        let bytes = Self.bytes(ofChunk: chunk)
        let memory: UnsafeMutableRawPointer
        if bytes >= Self.pagedBytes {
            memory = ZeroPages.allocate(bytes: bytes)
        } else {
            memory = .allocate(byteCount: bytes, alignment: MemoryLayout<Element>.alignment)
            memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        }
        let elements = memory.assumingMemoryBound(to: Element.self)
        chunks[chunk] = elements
        return elements
    }

    /// Chunks of this size come from the system and go back to it whole.
    private static var pagedBytes: Int { 1 << 16 }

    private static func bytes(ofChunk chunk: Int) -> Int {
        MemoryLayout<Element>.stride << (chunk + firstChunkBits)
    }

    @inline(__always) private static func place(_ index: Int) -> (chunk: Int, offset: Int) {
        let shifted = UInt(bitPattern: index) &+ (1 << UInt(firstChunkBits))
        let top = UInt.bitWidth &- 1 &- shifted.leadingZeroBitCount
        return (top &- firstChunkBits, Int(bitPattern: shifted ^ (1 &<< UInt(top))))
    }
}
