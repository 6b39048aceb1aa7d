import Model
import PromQL

/// The series of a window function, or series that are held because others ask for them too, and what happens to them
/// one by one afterwards, so that nothing in between is held as a whole. Everything about labels is known before the
/// first number is.
struct RowPipeline {
    enum Base {
        case window(WindowPlan, any Selection)
        case columns(SeriesColumns, ColumnsSelection)
    }

    /// One operation on the way.
    struct Stage {
        let node: PlanNode
        /// Nil where only labels change.
        let transform: (any RowTransform)?
    }

    /// What the series come from.
    let node: PlanNode
    let base: Base
    /// The same series with the labels that come out.
    private(set) var rows: any Selection
    private(set) var stages: [Stage] = []
    /// Names have to be left out of the labels of `rows`.
    private(set) var isNameless: Bool
    /// Label sets that differ, differ without their names too.
    private(set) var isDistinctNameless: Bool

    init(_ node: PlanNode, _ plan: WindowPlan, _ source: any Selection, dropsName: Bool) {
        self.node = node
        base = .window(plan, source)
        rows = source
        isNameless = dropsName
        isDistinctNameless = plan.hasOneName
    }

    init(_ node: PlanNode, _ columns: SeriesColumns) {
        self.node = node
        let selection = ColumnsSelection(columns, grid: node.grid)
        base = .columns(columns, selection)
        rows = selection
        isNameless = false
        isDistinctNameless = columns.isNameless
        if case .window(let plan) = node.operation, plan.hasOneName { isDistinctNameless = true }
    }

    /// Nil for series that are held.
    var plan: WindowPlan? {
        if case .window(let plan, _) = base { plan } else { nil }
    }

    /// What is read.
    var source: any Selection {
        switch base {
        case .window(_, let selection): selection
        case .columns(_, let selection): selection
        }
    }

    /// For messages.
    var text: String { plan?.input.text ?? node.text }

    /// Series could be equal.
    var mayRepeat: Bool { isNameless && !isDistinctNameless }

    var steps: Int { node.grid.count }
    var transforms: [any RowTransform] { stages.compactMap(\.transform) }

    mutating func append(_ transform: any RowTransform, of node: PlanNode) {
        stages.append(Stage(node: node, transform: transform))
    }

    mutating func dropNames() { isNameless = true }

    /// Only so much of the labels is left; they stay distinct.
    mutating func project(_ projection: LabelProjection) { rows = RelabeledSelection(rows, .part(projection)) }

    /// Other labels, distinct ones and without names where those had to be left out; one set per series.
    /// `changesNames`: names may be among what is new.
    mutating func relabel(_ labels: [Labels], _ room: Reservation, changesNames: Bool, of node: PlanNode) {
        stages.append(Stage(node: node, transform: nil))
        rows = RelabeledSelection(rows, .own(labels, room))
        isNameless = false
        if changesNames { isDistinctNameless = false }
    }
}

/// Where the series of a node come from.
enum RowSource {
    case pipeline(RowPipeline)
    case columns(SeriesColumns)

    /// The labels of the rows are to be read without names.
    var isNameless: Bool {
        if case .pipeline(let pipeline) = self { pipeline.isNameless } else { false }
    }
}
