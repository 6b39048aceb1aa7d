/// A bounded queue in which clients take turns, and the users of one client among themselves: each turn takes the
/// oldest element of the next user of the next client. A client is told by what it cannot choose, its address. Who its
/// users are it may say itself, for that only divides its own share: users of a proxy do not wait behind each other.
struct FairQueue<Element> {
    private(set) var count = 0
    private let limit: Int
    /// What one client may have waiting, so that nobody fills the queue alone.
    private let clientLimit: Int
    private var clients: [String: Lanes<Element>] = [:]
    /// The clients that have something waiting; the first one's turn is next.
    private var turns: [String] = []

    init(limit: Int, clientLimit: Int) {
        self.limit = limit
        self.clientLimit = clientLimit
    }

    /// False when there is no room.
    mutating func append(_ element: Element, of client: String, user: String = "") -> Bool {
        let waiting = clients[client]?.count ?? 0
        if count >= limit || waiting >= clientLimit { return false }
        if waiting == 0 { turns.append(client) }
        clients[client, default: Lanes()].append(element, of: user)
        count += 1
        return true
    }

    mutating func removeFirst() -> Element? {
        guard let client = turns.first, let element = clients[client]?.removeFirst() else { return nil }
        turns.removeFirst()
        count -= 1
        if clients[client]?.count == 0 { clients[client] = nil } else { turns.append(client) }
        return element
    }

    /// Takes out all that satisfy the condition.
    mutating func removeAll(where condition: (Element) -> Bool) -> [Element] {
        var removed: [Element] = []
        for client in turns {
            removed += clients[client]?.removeAll(where: condition) ?? []
            if clients[client]?.count == 0 { clients[client] = nil }
        }
        turns.removeAll { clients[$0] == nil }
        count -= removed.count
        return removed
    }

    /// The smallest of a property of all elements.
    func smallest(_ property: (Element) -> UInt64) -> UInt64? {
        turns.lazy.flatMap { clients[$0]?.elements ?? [] }.map(property).min()
    }
}

/// What one client has waiting, by user.
private struct Lanes<Element> {
    private(set) var count = 0
    private var lanes: [String: [Element]] = [:]
    /// The users that have something waiting; the first one's turn is next.
    private var turns: [String] = []

    var elements: [Element] { turns.flatMap { lanes[$0] ?? [] } }

    mutating func append(_ element: Element, of user: String) {
        if lanes[user] == nil { turns.append(user) }
        lanes[user, default: []].append(element)
        count += 1
    }

    mutating func removeFirst() -> Element? {
        guard let user = turns.first, let element = lanes[user]?.removeFirst() else { return nil }
        turns.removeFirst()
        count -= 1
        if lanes[user]?.isEmpty == true { lanes[user] = nil } else { turns.append(user) }
        return element
    }

    mutating func removeAll(where condition: (Element) -> Bool) -> [Element] {
        var removed: [Element] = []
        for user in turns {
            removed += lanes[user]?.filter(condition) ?? []
            lanes[user]?.removeAll(where: condition)
            if lanes[user]?.isEmpty == true { lanes[user] = nil }
        }
        turns.removeAll { lanes[$0] == nil }
        count -= removed.count
        return removed
    }
}
