/// One name and value.
package struct Label: Hashable, Sendable, Comparable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static func < (left: Label, right: Label) -> Bool {
        left.name == right.name
            ? Labels.precedes(left.value, right.value) : Labels.precedes(left.name, right.name)
    }
}

/// Names with a meaning in the data model.
package enum LabelNames {
    package static let metric = "__name__"
    package static let bucketBound = "le"
    package static let quantile = "quantile"
    package static let job = "job"
    package static let instance = "instance"
}
