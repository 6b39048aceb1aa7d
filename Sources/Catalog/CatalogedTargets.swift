import Model

/// The targets, with what they said about their metrics before the last restart, or before they were lost, where they
/// have not said anything since.
package final class CatalogedTargets: TargetDirectory {
    private let live: any TargetDirectory
    private let catalog: Catalog

    package init(_ live: any TargetDirectory, _ catalog: Catalog) {
        self.live = live
        self.catalog = catalog
    }

    package func targets() -> [TargetStatus] { live.targets() }

    /// What targets say now; of families that none describes now what was said last.
    package func metadata() -> [MetricFamily] {
        let said = live.metadata()
        let names = Set(said.map(\.name))
        var remembered: Set<MetricFamily> = []
        for target in catalog.metadata() {
            for family in target.families where !names.contains(family.name) { remembered.insert(family) }
        }
        return remembered.isEmpty ? said : (said + remembered).sorted()
    }

    package func targetMetadata() -> [TargetMetadata] {
        let said = live.targetMetadata()
        if !said.contains(where: \.families.isEmpty) { return said }
        let remembered = Dictionary(
            catalog.metadata().map { ($0.target, $0.families) }, uniquingKeysWith: { $1 })
        return said.map { target in
            target.families.isEmpty
                ? TargetMetadata(target: target.target, families: remembered[target.target] ?? []) : target
        }
    }
}
