import Model
import Platform
import Synchronization

/// All metrics of this process, sorted by name and labels. Thread safe.
package final class MetricRegistry: Sendable {
    enum Source: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        /// Asked at each scrape.
        case computed(@Sendable () -> Double)
    }

    struct Family: Sendable {
        var name: String
        var help: String
        var type: String
        var members: [(labels: Labels, source: Source)]
    }

    let families = Mutex<[Family]>([])

    package init() {}

    /// The counter of this name and label set; made at the first call.
    package func counter(_ name: String, _ help: String, labels: Labels = .empty) -> Counter {
        if case .counter(let found) = member(name, help, "counter", labels, { .counter(Counter()) }) { return found }
        preconditionFailure("\(name) is registered with another type")
    }

    package func gauge(_ name: String, _ help: String, labels: Labels = .empty) -> Gauge {
        if case .gauge(let found) = member(name, help, "gauge", labels, { .gauge(Gauge()) }) { return found }
        preconditionFailure("\(name) is registered with another type")
    }

    package func histogram(_ name: String, _ help: String, bounds: [Double], labels: Labels = .empty) -> Histogram {
        let found = member(name, help, "histogram", labels) { .histogram(Histogram(bounds: bounds)) }
        if case .histogram(let histogram) = found { return histogram }
        preconditionFailure("\(name) is registered with another type")
    }

    /// A metric whose value is computed when it is scraped; `type` is `gauge` or `counter`.
    package func computed(
        _ name: String, _ help: String, type: String = "gauge", labels: Labels = .empty,
        _ value: @escaping @Sendable () -> Double
    ) {
        _ = member(name, help, type, labels) { .computed(value) }
    }

    private func member(
        _ name: String, _ help: String, _ type: String, _ labels: Labels, _ make: () -> Source
    ) -> Source {
        families.withLock { families in
            let position = families.firstIndex { !Labels.precedes($0.name, name) } ?? families.count
            if position == families.count || families[position].name != name {
                families.insert(Family(name: name, help: help, type: type, members: []), at: position)
            }
            let members = families[position].members
            let place = members.firstIndex { !($0.labels < labels) } ?? members.count
            if place < members.count, members[place].labels == labels { return members[place].source }
            let source = make()
            families[position].members.insert((labels, source), at: place)
            return source
        }
    }
}
