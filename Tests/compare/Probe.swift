import Model
import PromQL
import TestSupport

/// A query and when it is evaluated.
struct Probe {
    var query: String
    var times: QueryTimes

    /// Simpler probes, the shortest first: those of the same times, then the insides of subqueries at their own times.
    func simplified() -> [Probe] {
        guard let expression = try? Parser.parse(query) else { return [] }
        let length = expression.description.utf8.count
        let parts = expression.descendants().filter { $0.type == .vector || $0.type == .scalar }
        let texts = Set((expression.simplified() + parts).map(\.description)).filter { $0.utf8.count < length }
        return texts.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }.map { Probe(query: $0, times: times) }
            + expression.outerSubqueries().compactMap(inside)
    }

    private func inside(_ subquery: Subquery) -> Probe? {
        guard let window = Self.seconds(subquery.window), let offset = Self.seconds(subquery.modifiers.offset, or: 0),
            let step = Self.seconds(subquery.step, or: 60)
        else { return nil }
        var (start, end) = times.bounds
        switch subquery.modifiers.at {
        case .time(let time): (start, end) = (time / 1000, time / 1000)
        case .start: end = start
        case .end: start = end
        case nil: break
        }
        let first = ((start - offset - window) / step + 1) * step
        let last = (end - offset) / step * step
        guard first <= last, (last - first) / step < 11_000 else { return nil }
        return Probe(query: subquery.inner.description, times: .range(start: first, end: last, step: step))
    }

    /// A written duration; nil for one that has to be computed.
    static func seconds(_ duration: DurationExpression?, or fallback: Int64? = nil) -> Int64? {
        switch duration {
        case nil: return fallback
        case .literal(let milliseconds, _): return milliseconds / 1000
        case .negated(.literal(let milliseconds, _), _): return -milliseconds / 1000
        default: return nil
        }
    }
}

extension PromQL.Expression {
    /// Subqueries that stand in no other.
    fileprivate func outerSubqueries() -> [Subquery] {
        if case .subquery(let node) = self { return [node] }
        return children.flatMap { $0.outerSubqueries() }
    }
}
