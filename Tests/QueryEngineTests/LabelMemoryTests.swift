import Model
import Testing

@testable import QueryEngine

/// What is charged for a label set is what it takes: no room to grow that came with the buffer it was made in.
struct LabelMemoryTests {
    private static let texts = (0..<2000).map { "number-\($0)-\(String(repeating: "x", count: $0 % 90))" }

    private static func labels(_ text: String) -> Labels {
        var builder = LabelsBuilder()
        builder.set("__name__", "requests_total")
        builder.set("path", text)
        return builder.labels()
    }

    private func isLoose(_ labels: Labels) -> Bool {
        labels.encoded.capacity >= labels.encoded.count + 32
    }

    @Test func projectedLabelsAreTight() {
        var buffer: [UInt8] = []
        let result = Self.texts.map { LabelProjection.nameless.labels(Self.labels($0), &buffer) }
        #expect(result.count(where: isLoose) == 0)
        #expect(result[7]["path"] == Self.texts[7] && result[7]["__name__"] == nil)
    }

    @Test func groupsAreTight() {
        let projection = LabelProjection(grouping: ["path"], isWithout: false)
        var table = LabelTable()
        var buffer: [UInt8] = []
        for text in Self.texts {
            projection.project(Self.labels(text), into: &buffer)
            _ = table.index(of: buffer)
        }
        #expect(table.count == Self.texts.count)
        #expect(table.entries.count(where: isLoose) == 0)
    }
}
