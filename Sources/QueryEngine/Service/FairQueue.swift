/// A bounded queue in which clients take turns: each turn takes the oldest element of the next client that has any.
struct FairQueue<Element> {
    private(set) var count = 0
    private let limit: Int
    /// What one client may have waiting, so that nobody fills the queue alone.
    private let clientLimit: Int
    private var lanes: [String: [Element]] = [:]
    /// The clients that have something waiting; the first one's turn is next.
    private var turns: [String] = []

    init(limit: Int, clientLimit: Int) {
        self.limit = limit
        self.clientLimit = clientLimit
    }

    /// False when there is no room.
    mutating func append(_ element: Element, of client: String) -> Bool {
        let waiting = lanes[client]?.count ?? 0
        if count >= limit || waiting >= clientLimit { return false }
        if waiting == 0 { turns.append(client) }
        lanes[client, default: []].append(element)
        count += 1
        return true
    }

    mutating func removeFirst() -> Element? {
        guard let client = turns.first, let element = lanes[client]?.removeFirst() else { return nil }
        turns.removeFirst()
        count -= 1
        if lanes[client]?.isEmpty == false { turns.append(client) } else { lanes[client] = nil }
        return element
    }

    /// Takes out all that satisfy the condition.
    mutating func removeAll(where condition: (Element) -> Bool) -> [Element] {
        var removed: [Element] = []
        for client in turns {
            removed += lanes[client]?.filter(condition) ?? []
            lanes[client]?.removeAll(where: condition)
            if lanes[client]?.isEmpty == true { lanes[client] = nil }
        }
        turns.removeAll { lanes[$0] == nil }
        count -= removed.count
        return removed
    }

    /// The smallest of a property of all elements.
    func smallest(_ property: (Element) -> UInt64) -> UInt64? {
        turns.lazy.flatMap { lanes[$0] ?? [] }.map(property).min()
    }
}
