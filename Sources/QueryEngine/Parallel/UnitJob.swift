import Model
import Platform
import Synchronization

/// Computes the parts of a selection, by all threads that help, and hands their partial results over in order. Nobody
/// gets further ahead of what was handed over than a few parts, which bounds the memory.
final class UnitJob<Task: UnitTask, Partial: UnitPartial>: SharedWork {
    struct Outcome: Sendable {
        var result: Result<Partial, QueryError>
        var notes: UnitNotes
    }

    private struct State: Sendable {
        /// The first part that nobody has begun with.
        var next = 0
        /// Parts that were handed over.
        var handedOver = 0
        var running = 0
        var isStopped = false
        var finished: [Int: Outcome] = [:]
    }

    private enum Turn {
        case handOver(Outcome)
        case compute(Int)
    }

    private let task: Task
    private let empty: Partial
    private let parts: Int
    private let unitsPerPart: Int
    private let ahead: Int
    private let state = Monitor(State())
    /// For all that wait to be handed over, each as large as the largest so far.
    private let room: Mutex<GrowingRoom>

    /// `empty`: what each partial result begins with.
    init(_ task: Task, threads: Int, empty: Partial) throws(QueryError) {
        room = Mutex(try GrowingRoom(task.limits.budget, purpose: "\(2 * threads) parts of \(task.text)"))
        self.task = task
        self.empty = empty
        unitsPerPart = Partial.unitsPerPart(of: task.selection)
        parts = (task.selection.unitCount + unitsPerPart - 1) / unitsPerPart
        ahead = 2 * threads
    }

    /// On the query's own thread, which computes too when the part to be handed over next is not finished.
    func run(_ body: (Outcome) throws(QueryError) -> Void) throws(QueryError) {
        defer { stop() }
        var operation = try task.makeOperator()
        while true {
            let turn: Turn?? = state.wait { state in
                if state.handedOver == parts { return .some(nil) }
                if let outcome = state.finished.removeValue(forKey: state.handedOver) {
                    state.handedOver += 1
                    return .handOver(outcome)
                }
                return claim(&state).map { .compute($0) }
            }
            switch turn {
            case .some(.handOver(let outcome)):
                state.notifyAll()
                try body(outcome)
            case .some(.compute(let part)): compute(part, &operation)
            default: return
            }
        }
    }

    func help() {
        // Without room for a thread of its own the query's does it alone.
        guard var operation = try? task.makeOperator() else { return }
        while true {
            let part: Int?? = state.wait { state in
                if state.isStopped || state.next == parts { return .some(nil) }
                return claim(&state)
            }
            guard case .some(.some(let part)) = part else { return }
            compute(part, &operation)
        }
    }

    private func claim(_ state: inout State) -> Int? {
        guard state.next < min(parts, state.handedOver + ahead) else { return nil }
        state.next += 1
        state.running += 1
        return state.next - 1
    }

    private func compute(_ part: Int, _ operation: inout Task.Operator) {
        var partial = empty
        var outcome: Outcome
        do throws(QueryError) {
            let first = part * unitsPerPart
            for unit in first..<min(first + unitsPerPart, task.selection.unitCount) {
                try operation.compute(unit: unit, into: &partial)
            }
            let bytes = partial.bytes * ahead
            try room.withLock { room throws(QueryError) in try room.set(bytes: max(room.bytes, bytes)) }
            outcome = Outcome(result: .success(partial), notes: operation.takeNotes())
        } catch {
            outcome = Outcome(result: .failure(error), notes: operation.takeNotes())
        }
        state.withLock { state in
            state.running -= 1
            state.finished[part] = outcome
        }
        state.notifyAll()
    }

    /// Waits for what is being computed, so that nothing of a query goes on behind its end.
    private func stop() {
        state.withLock { $0.isStopped = true }
        state.notifyAll()
        state.wait { $0.running == 0 ? () : nil }
    }
}
