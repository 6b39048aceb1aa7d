/// How long the samples of some series are kept, in milliseconds.
package struct RetentionRule: Sendable, Equatable {
    /// A series must fulfil all of them.
    package var matchers: [LabelMatcher]
    package var time: Int64

    package init(matchers: [LabelMatcher], time: Int64) {
        self.matchers = matchers
        self.time = time
    }
}
