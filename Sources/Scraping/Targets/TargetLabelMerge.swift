import Model

/// Puts a target's labels onto scraped ones.
struct TargetLabelMerge {
    private let own: [Label]
    private let honorsScraped: Bool

    init(_ target: Target) {
        own = target.labels.array
        honorsScraped = target.honorsLabels
    }

    /// A clash of names keeps the scraped label where those are honored (an empty one then removes the
    /// target's). Elsewhere the target's wins, and the scraped one is renamed to `exported_…`, the prefix
    /// repeated until the name is free.
    func merge(_ scraped: [Label]) -> Labels {
        var labels = scraped
        var clashes: [Label] = []
        for label in own {
            guard let index = labels.firstIndex(where: { $0.name == label.name }) else {
                labels.append(label)
                continue
            }
            if honorsScraped { continue }
            if !labels[index].value.isEmpty { clashes.append(labels[index]) }
            labels[index].value = label.value
        }
        // Shorter names first: `a` may then take `exported_a` before that one looks for its own new name.
        for clash in clashes.sorted(by: { $0.name.utf8.count < $1.name.utf8.count }) {
            var name = "exported_" + clash.name
            while labels.contains(where: { $0.name == name && !$0.value.isEmpty }) { name = "exported_" + name }
            labels.removeAll { $0.name == name }
            labels.append(Label(name, clash.value))
        }
        return Labels(labels)
    }
}
