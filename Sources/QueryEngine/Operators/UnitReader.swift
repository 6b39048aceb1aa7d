import Model
import Platform

/// Hands over the units of a selection one after the other. Where there is much to read, a second thread decodes the
/// next unit while the first one computes; the order of units, and with it every result, stays the same.
final class UnitReader {
    /// A unit and what came of reading it.
    private struct Delivery: @unchecked Sendable {
        // Sendable: a slice is with one thread at a time, it changes hands through the monitor.
        var slice: Slice
        var failure: QueryError?
    }

    private struct State: Sendable {
        var free: [Delivery]
        var ready: [Delivery] = []
        var isStopped = false
    }

    /// From this many samples on a thread is worth its start.
    private static let worthThread = 500_000
    /// One unit is computed, one waits and one is read.
    private static let slices = 3

    private let selection: any Selection
    private let pipeline: Monitor<State>?
    private let thread: Thread?
    private var nextUnit = 0
    private var current: Delivery?

    init(_ selection: any Selection) {
        self.selection = selection
        var samples = 0
        for unit in 0..<selection.unitCount where samples < Self.worthThread {
            samples += selection.estimatedSamples(inUnit: unit)
        }
        guard samples >= Self.worthThread, selection.unitCount > 2 else {
            pipeline = nil
            thread = nil
            return
        }
        let pipeline = Monitor(State(free: (0..<Self.slices).map { _ in Delivery(slice: Slice()) }))
        self.pipeline = pipeline
        // Without a thread the units are read here, which is slower and nothing else.
        thread = try? Thread(name: "query read") { Self.readAll(selection, pipeline) }
    }

    deinit {
        pipeline?.withLock { $0.isStopped = true }
        pipeline?.notifyAll()
        thread?.join()
    }

    /// The next unit, valid until the next call; nil behind the last one.
    func next() throws(QueryError) -> Slice? {
        if nextUnit == selection.unitCount { return nil }
        nextUnit += 1
        let used = current
        if let pipeline, thread != nil {
            if let used {
                pipeline.withLock { $0.free.append(used) }
                pipeline.notifyAll()
            }
            current = pipeline.wait { $0.ready.isEmpty ? nil : $0.ready.removeFirst() }
        } else {
            current = Self.read(selection, nextUnit - 1, used ?? Delivery(slice: Slice()))
        }
        if let failure = current?.failure { throw failure }
        return current?.slice
    }

    private static func readAll(_ selection: any Selection, _ pipeline: Monitor<State>) {
        for unit in 0..<selection.unitCount {
            let free: Delivery?? = pipeline.wait { state in
                if state.isStopped { return .some(nil) }
                return state.free.isEmpty ? nil : .some(state.free.removeLast())
            }
            guard case .some(.some(let delivery)) = free else { return }
            let read = read(selection, unit, delivery)
            pipeline.withLock { $0.ready.append(read) }
            pipeline.notifyAll()
            if read.failure != nil { return }
        }
    }

    private static func read(_ selection: any Selection, _ unit: Int, _ delivery: Delivery) -> Delivery {
        do {
            try selection.read(unit: unit, into: delivery.slice)
            return Delivery(slice: delivery.slice)
        } catch {
            return Delivery(slice: delivery.slice, failure: QueryError(error))
        }
    }
}
