import Testing

@testable import HTTP

/// Paths with parts that stand for a segment.
struct PathPatternTests {
    @Test func segmentsAreFound() {
        let pattern = PathPattern("/label/:name/values/:id")
        #expect(pattern.match("/label/job/values/7") == ["name": "job", "id": "7"])
        #expect(pattern.match("/label/a%2Fb/values/%C3%A9+") == ["name": "a/b", "id": "é+"])
    }

    @Test(arguments: [
        "", "/", "/label/job/values", "/label/job/values/", "/label//values/7", "/label/job/values/7/",
        "/label/job/values/7/8", "/labels/job/values/7", "/label/job/value/7", "label/job/values/7",
    ])
    func otherPathsAreNot(path: String) {
        #expect(PathPattern("/label/:name/values/:id").match(path) == nil)
    }
}
