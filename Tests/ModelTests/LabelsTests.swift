import Model
import TestSupport
import Testing

@Suite struct LabelsTests {
    @Test func sortsAndDropsEmptyValues() {
        let labels = Labels(["z": "1", "a": "2", "empty": "", "a": "3", "__name__": "up"])
        #expect(labels.array.map { "\($0.name)=\($0.value)" } == ["__name__=up", "a=3", "z=1"])
        #expect(labels.metricName == "up")
        #expect(labels["z"] == "1")
        #expect(labels["empty"] == nil)
        #expect(labels.count == 3)
    }

    @Test func equalContentIsEqual() {
        #expect(Labels(["a": "1", "b": "2"]) == Labels(["b": "2", "a": "1"]))
        #expect(Labels(["a": "1"]) != Labels(["a": "2"]))
        #expect(Labels(["ab": "c"]) != Labels(["a": "bc"]))
        #expect(Labels([]) == Labels.empty)
    }

    @Test func printsAsPrometheusDoes() {
        let labels = Labels(["__name__": "up", "job": "a\"b", "ünicode.name": "x"])
        #expect(labels.description == "{__name__=\"up\", job=\"a\\\"b\", \"ünicode.name\"=\"x\"}")
        #expect(labels.metricText == "up{job=\"a\\\"b\", \"ünicode.name\"=\"x\"}")
        #expect(Labels(["__name__": "up"]).metricText == "up")
        #expect(Labels.empty.metricText == "{}")
    }

    @Test func ordersByNamesThenValues() {
        let ascending = [
            Labels.empty, Labels(["a": "1"]), Labels(["a": "1", "b": "1"]), Labels(["a": "10"]), Labels(["a": "2"]),
            Labels(["aa": "0"]), Labels(["b": "0"]), Labels(["ä": "0"]),
        ]
        for (index, one) in ascending.enumerated() {
            for (other, two) in ascending.enumerated() { #expect((one < two) == (index < other)) }
        }
    }

    @Test func builderChangesCopies() {
        let base = Labels(["a": "1", "b": "2", "c": "3"])
        var builder = LabelsBuilder(base)
        builder.set("b", "")
        builder.set("d", "4")
        builder.set("a", "x")
        #expect(builder.labels() == Labels(["a": "x", "c": "3", "d": "4"]))
        builder.keep(["c", "nothing"])
        #expect(builder.labels() == Labels(["c": "3"]))
        #expect(base.count == 3)
    }

    /// Names and values are bytes, also where Swift takes two texts for the same.
    @Test func canonicallyEqualTextsDiffer() {
        var builder = LabelsBuilder(Labels(["e\u{301}": "1"]))
        builder.set("\u{e9}", "2")
        builder.set("a", "3")
        #expect(builder.labels().array.map(\.value) == ["3", "1", "2"])
        builder.remove("e\u{301}")
        #expect(builder.labels() == Labels(["a": "3", "\u{e9}": "2"]))
        #expect(Labels(["a": "\u{e9}"]) != Labels(["a": "e\u{301}"]))
        #expect(LabelMatcher.equal("a", "\u{e9}") != LabelMatcher.equal("a", "e\u{301}"))
    }

    @Test func longFieldsKeepTheirLengths() {
        let long = String(repeating: "x", count: 70_000)
        let labels = Labels(["name": long, long: "value"])
        #expect(labels["name"] == long)
        #expect(labels[long] == "value")
    }

    @Test(arguments: [
        ("a", true, true), ("_a1", true, true), ("a:b", false, true), ("1a", false, false), ("", false, false),
        ("a-b", false, false), ("ä", false, false),
    ])
    func plainNames(name: String, isLabel: Bool, isMetric: Bool) {
        #expect(LabelName.isLegacy(name) == isLabel)
        #expect(LabelName.isLegacyMetric(name) == isMetric)
    }

    @Test func orderAgreesWithTheOrderOfLists() {
        let seed: UInt64 = 23
        var random = SeededRandom(seed: seed)
        func some() -> Labels {
            let count = Int.random(in: 0...3, using: &random)
            return Labels(
                (0..<count).map { _ in
                    Label(
                        String("abä".randomElement(using: &random) ?? "a"), "\(Int.random(in: 0...11, using: &random))")
                })
        }
        for _ in 0..<2000 {
            let (one, two) = (some(), some())
            #expect((one < two) == one.array.lexicographicallyPrecedes(two.array), "seed \(seed): \(one) \(two)")
        }
    }
}
