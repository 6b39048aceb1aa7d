import Testing

@testable import QueryEngine

struct FairQueueTests {
    private func drained(_ queue: inout FairQueue<String>) -> [String] {
        var result: [String] = []
        while let next = queue.removeFirst() { result.append(next) }
        return result
    }

    @Test func clientsTakeTurns() {
        var queue = FairQueue<String>(limit: 100, clientLimit: 100)
        for element in ["a1", "a2", "a3", "b1", "c1", "b2"] {
            _ = queue.append(element, of: String(element.prefix(1)))
        }
        #expect(queue.count == 6)
        let rest = drained(&queue)
        #expect(rest == ["a1", "b1", "c1", "a2", "b2", "a3"])
        #expect(queue.count == 0)
    }

    /// Users divide the share of their client, however many it names.
    @Test func usersOfAClientTakeTurns() {
        var queue = FairQueue<String>(limit: 100, clientLimit: 5)
        for element in ["aX1", "aX2", "aY1", "aZ1", "b1", "b2"] {
            _ = queue.append(element, of: String(element.prefix(1)), user: String(element.dropFirst().dropLast()))
        }
        let isAccepted = [queue.append("aW1", of: "a", user: "W"), queue.append("aV1", of: "a", user: "V")]
        #expect(isAccepted == [true, false])
        let removed = queue.removeAll { $0 == "aY1" }
        #expect(removed == ["aY1"])
        let rest = drained(&queue)
        #expect(rest == ["aX1", "b1", "aZ1", "b2", "aW1", "aX2"])
    }

    /// Whoever was served goes behind those that wait already.
    @Test func newcomersDoNotOvertake() {
        var queue = FairQueue<String>(limit: 100, clientLimit: 100)
        for element in ["a1", "a2", "b1"] { _ = queue.append(element, of: String(element.prefix(1))) }
        let first = queue.removeFirst()
        #expect(first == "a1")
        _ = queue.append("c1", of: "c")
        let rest = drained(&queue)
        #expect(rest == ["b1", "a2", "c1"])
    }

    @Test func roomIsBounded() {
        var queue = FairQueue<String>(limit: 3, clientLimit: 2)
        let accepted = ["a1", "a2", "a3", "b1", "c1"].map { queue.append($0, of: String($0.prefix(1))) }
        #expect(accepted == [true, true, false, true, false])
        let rest = drained(&queue)
        #expect(rest == ["a1", "b1", "a2"])
    }

    @Test func elementsAreTakenOut() {
        var queue = FairQueue<String>(limit: 100, clientLimit: 100)
        for element in ["a1", "a2", "b1", "b2", "c1"] { _ = queue.append(element, of: String(element.prefix(1))) }
        let removed = queue.removeAll { $0.hasSuffix("1") }
        #expect(removed == ["a1", "b1", "c1"])
        #expect(queue.count == 2)
        let rest = drained(&queue)
        #expect(rest == ["a2", "b2"])
    }
}
