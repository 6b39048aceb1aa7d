import Model

/// What `--enable-feature` names, after Prometheus: several, comma separated, the flag as often as one likes.
struct FeatureSwitches {
    /// Names are dropped at the end of an evaluation.
    private(set) var delaysNameRemoval = false
    /// Names without meaning here, in the order given.
    private(set) var unknown: [String] = []

    /// Features of Prometheus that cannot be switched off here.
    private static let alwaysOn: Set<String> = [
        "promql-experimental-functions", "promql-duration-expr", "promql-extended-range-selectors",
        "promql-binop-fill-modifiers", "promql-at-modifier", "promql-negative-offset", "expand-external-labels",
    ]

    init(_ values: [String]) {
        for name in values.flatMap({ $0.split(separator: ",") }).map(String.init) {
            if name == "promql-delayed-name-removal" {
                delaysNameRemoval = true
            } else if !Self.alwaysOn.contains(name) {
                unknown.append(name)
            }
        }
    }

    /// What is said in the log.
    var remarks: [String] { unknown.map { "Unknown option \(GoText.quoted($0)) for --enable-feature" } }
}
