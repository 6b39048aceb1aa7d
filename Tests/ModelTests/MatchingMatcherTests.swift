import Testing

@testable import Model

@Suite struct MatchingMatcherTests {
    @Test func aMissingLabelIsEmpty() throws {
        #expect(try LabelMatcher("a", .equal, "").matchesEmpty)
        #expect(try LabelMatcher("a", .notEqual, "x").matchesEmpty)
        #expect(try LabelMatcher("a", .matches, ".*|b").matchesEmpty)
        #expect(try LabelMatcher("a", .notMatches, "b").matchesEmpty)
        #expect(try !LabelMatcher("a", .notEqual, "").matchesEmpty)
        #expect(try !LabelMatcher("a", .matches, ".+").matchesEmpty)
    }

    @Test func operationsDiffer() throws {
        #expect(LabelMatcher.equal("a", "x").matches("x"))
        #expect(!LabelMatcher.equal("a", "x").matches("xx"))
        #expect(try LabelMatcher("a", .matches, "x|y").matches("y"))
        #expect(try !LabelMatcher("a", .notMatches, "x|y").matches("y"))
        #expect(try LabelMatcher("a", .notMatches, "x|y\"").description == #"a!~"x|y\"""#)
    }
}
