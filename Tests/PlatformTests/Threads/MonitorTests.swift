import Platform
import Testing

@Suite struct MonitorTests {
    @Test func waiterSeesWhatAnotherThreadDid() throws {
        let queue = Monitor<[Int]>([])
        let sum = Monitor(0)
        let consumer = try Thread(name: "consumer") {
            for _ in 0..<1000 {
                let next = queue.wait { $0.isEmpty ? nil : $0.removeFirst() }
                sum.withLock { $0 += next }
            }
        }
        for number in 1...1000 {
            queue.withLock { $0.append(number) }
            queue.notifyOne()
        }
        consumer.join()
        #expect(sum.withLock { $0 } == 500_500)
    }

    @Test func givesUpAtTheDeadline() {
        let monitor = Monitor(false)
        let time = SystemTime()
        let deadline = time.monotonicNanoseconds() + 20_000_000
        let answer = monitor.wait(until: deadline) { $0 ? 1 : nil }
        #expect(answer == nil)
        #expect(time.monotonicNanoseconds() >= deadline)
        // A deadline in the past still looks once.
        #expect(monitor.wait(until: 0) { $0 ? nil : 2 } == 2)
    }

    @Test func wakesAllBeforeAFarDeadline() throws {
        let open = Monitor(false)
        let passed = Monitor(0)
        let threads = try (0..<4).map { number in
            try Thread(name: "waiter \(number)") {
                if open.wait(until: .max, for: { $0 ? true : nil }) == true { passed.withLock { $0 += 1 } }
            }
        }
        open.withLock { $0 = true }
        open.notifyAll()
        for thread in threads { thread.join() }
        #expect(passed.withLock { $0 } == 4)
    }

    @Test func errorsReleaseTheLock() {
        struct Failure: Error {}
        let monitor = Monitor(1)
        #expect(throws: Failure.self) { try monitor.withLock { _ in throw Failure() } }
        #expect(monitor.withLock { $0 } == 1)
    }
}
