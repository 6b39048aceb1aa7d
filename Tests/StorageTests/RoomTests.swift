import Model
import Synchronization
import TestSupport
import Testing

@testable import Storage

/// What label requests find is asked room for while it is found, and so is what selections hold, in the head and in
/// blocks.
struct RoomTests {
    private static let count = 3000
    fileprivate static let value = String(repeating: "v", count: 40)

    /// Grants so much and remembers what it was asked for.
    private final class Grant: Sendable {
        let limit: Int
        private let asked = Mutex(0)

        init(_ limit: Int) { self.limit = limit }

        var bytes: Int { asked.withLock { $0 } }
        var request: LabelRequest {
            var request = LabelRequest(matchers: [[.equal("__name__", "m")]])
            request.takesBytes = { [self] bytes in
                asked.withLock { asked in
                    asked += bytes
                    return asked <= limit
                }
            }
            return request
        }
    }

    enum Read: CaseIterable {
        case series, values, names, selection

        /// Bytes of each series that are asked for at least.
        var bytes: Int { self == .selection ? 16 : 2 * RoomTests.value.utf8.count }

        func count(_ snapshot: any SeriesSnapshot, _ request: LabelRequest) throws(SelectError) -> Int {
            switch self {
            case .series: try snapshot.series(request).count
            case .values: try snapshot.labelValues("id", request).count
            case .names: try snapshot.labelNames(request).count
            case .selection: try RoomTests.select(snapshot, request).seriesCount
            }
        }
    }

    fileprivate static func select(
        _ snapshot: any SeriesSnapshot, _ request: LabelRequest
    ) throws(SelectError) -> any Selection {
        var selection = SelectRequest(
            matchers: request.matchers[0], start: .min, end: .max, keepsStaleMarkers: false)
        selection.takesBytes = request.takesBytes
        return try snapshot.select(selection)
    }

    @Test(arguments: [false, true], Read.allCases)
    func roomIsAskedFor(inBlocks: Bool, read: Read) throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1)) {
            $0.flushQuiet = 0
            $0.retention = .max
        }
        // Names that nobody shares, so that there are as many of them.
        let references = try (0..<Self.count).map {
            try database.reference(
                for: Labels(["__name__": "m", "id": "\($0)\(Self.value)", "name_\($0)\(Self.value)": "x"]))
        }
        let part = AppendBatch.Part(
            origin: Origin(.scraped, key: 1), time: TestSeries.start, references: references,
            values: references.map { _ in 1 })
        _ = try database.append(AppendBatch(parts: [part]), now: TestSeries.start)
        if inBlocks { database.tick(now: TestSeries.start + 10 * TestSeries.window) }
        #expect(database.blocks.all.isEmpty != inBlocks)
        let snapshot = try database.snapshot()
        let all = Grant(.max)
        #expect(try read.count(snapshot, all.request) >= Self.count)
        #expect(all.bytes > Self.count * read.bytes, "\(all.bytes)")
        let half = Grant(all.bytes / 2)
        var isRefused = false
        do throws(SelectError) { _ = try read.count(snapshot, half.request) } catch {
            if case .noRoom = error { isRefused = true }
        }
        #expect(isRefused)
        // Nothing more is asked for after a refusal; what blocks have to be added is asked for at once.
        if read != .selection { #expect(half.bytes <= half.limit + 1 << 16) }
    }

    /// Room goes back when nobody holds the selection any more, not before.
    @Test func selectionsKeepTheirRoom() throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1))
        let series = try TestSeries(database, count: 10)
        try series.scrape(at: TestSeries.start) { Double($0) }
        final class Room: Sendable {}
        var room: Room? = Room()
        weak let held = room
        var request = SelectRequest(matchers: [], start: .min, end: .max, keepsStaleMarkers: false)
        request.takesBytes = { [room] _ in room != nil }
        room = nil
        var selection: (any Selection)? = try database.snapshot().select(request)
        request.takesBytes = nil
        #expect(selection?.seriesCount == 10)
        #expect(held != nil)
        selection = nil
        #expect(held == nil)
    }

    /// Nothing is made of series when there are more than are wanted.
    @Test func tooManySeriesAreRefused() throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1))
        let series = try TestSeries(database, count: 10)
        try series.scrape(at: TestSeries.start) { Double($0) }
        let snapshot = try database.snapshot()
        var request = SelectRequest(matchers: [], start: .min, end: .max, keepsStaleMarkers: false)
        request.mostSeries = 10
        #expect(try snapshot.select(request).seriesCount == 10)
        request.mostSeries = 9
        request.takesBytes = { _ in
            Issue.record("room was asked for")
            return true
        }
        var isRefused = false
        do throws(SelectError) { _ = try snapshot.select(request) } catch {
            if case .tooManySeries = error { isRefused = true }
        }
        #expect(isRefused)
    }
}
