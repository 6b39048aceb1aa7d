import Model

/// Label sets, names or values that were found, and the room they take in the memory of queries.
package struct LabelResult<Element: Sendable>: Sendable {
    package let list: [Element]
    /// Held until the answer is written.
    private let room: AskedRoom

    init(_ list: [Element], _ room: AskedRoom) {
        self.list = list
        self.room = room
    }
}

extension Engine {
    func answersAtOnce(_ name: String?, _ request: LabelRequest) -> Bool {
        (try? source.snapshot())?.answersAtOnce(name, request) ?? false
    }

    /// Reads labels within the memory of a query; `purpose` names the answer where that is not enough.
    func find<Element>(
        _ request: LabelRequest, purpose: String,
        _ read: (any SeriesSnapshot, LabelRequest) throws(SelectError) -> [Element]
    ) throws(QueryError) -> LabelResult<Element> {
        let budget = newBudget()
        let room = try AskedRoom(budget, purpose: purpose)
        var request = request
        request.takesBytes = { room.take($0) }
        do throws(SelectError) {
            return LabelResult(try read(source.snapshot(), request), room)
        } catch {
            throw room.refusal ?? QueryError(error)
        }
    }
}

extension QueryService {
    /// Label sets of the series that match, sorted.
    package func series(_ request: LabelRequest) throws(QueryError) -> LabelResult<Labels> {
        try engine.find(request, purpose: "a list of series") { (snapshot, request) throws(SelectError) in
            try snapshot.series(request)
        }
    }

    /// True when the label's values, or all names where it is nil, are known so soon that the thread that serves the
    /// connection may ask.
    package func answersAtOnce(_ name: String?, _ request: LabelRequest) -> Bool {
        engine.answersAtOnce(name, request)
    }

    /// Names of labels of those series, sorted by bytes.
    package func labelNames(_ request: LabelRequest) throws(QueryError) -> LabelResult<String> {
        try engine.find(request, purpose: "a list of label names") { (snapshot, request) throws(SelectError) in
            try snapshot.labelNames(request)
        }
    }

    /// Values of one label of those series, sorted by bytes.
    package func labelValues(_ name: String, _ request: LabelRequest) throws(QueryError) -> LabelResult<String> {
        try engine.find(request, purpose: "a list of values of the label \(name)") {
            (snapshot, request) throws(SelectError) in try snapshot.labelValues(name, request)
        }
    }
}
