import Testing

@testable import CommandLineTool

@Suite struct FlagTests {
    private static let flags = [
        Flag("log.level", .value(placeholder: "LEVEL", default: "info"), ""),
        Flag("output", short: "o", .value(placeholder: "FORM", default: nil), ""),
        Flag("lifecycle", .boolean(default: false), ""),
        Flag("listen", .list(placeholder: "ADDRESS", default: ["a:1"]), ""),
        Flag.withoutEffect("old", .boolean(default: true), because: "it is old"),
    ]

    private static func parse(_ arguments: String) throws(UsageError) -> FlagValues {
        try FlagParser.parse(arguments.split(separator: " ").map(String.init), flags: flags)
    }

    private static func complaint(_ arguments: String) -> String {
        do throws(UsageError) {
            _ = try parse(arguments)
            return ""
        } catch {
            return error.message
        }
    }

    @Test func defaults() throws {
        let values = try Self.parse("")
        #expect(values.text("log.level") == "info")
        #expect(values.text("output") == nil)
        #expect(!values.isOn("lifecycle"))
        #expect(values.all("listen") == ["a:1"])
    }

    @Test func everyForm() throws {
        let values = try Self.parse("--log.level=warn -o json --lifecycle x --listen b:2 --listen=c:3 --no-old -- --y")
        #expect(values.text("log.level") == "warn")
        #expect(values.text("output") == "json")
        #expect(values.isOn("lifecycle"))
        #expect(values.all("listen") == ["b:2", "c:3"])
        #expect(values.arguments == ["x", "--y"])
        #expect(values.givenWithoutEffect.map(\.name) == ["old"])
        #expect(values.effective.map(\.name) == ["log.level", "output", "lifecycle", "listen"])
        #expect(try !Self.parse("--no-lifecycle").isOn("lifecycle"))
        #expect(try !Self.parse("--lifecycle=false").isOn("lifecycle"))
        #expect(try Self.parse("-ocsv").text("output") == "csv")
    }

    @Test(arguments: [
        ("--log.leven=x", "unknown flag --log.leven, did you mean --log.level?"),
        ("--zzzzzz", "unknown flag --zzzzzz"),
        ("--no-output", "unknown flag --no-output, did you mean --output?"),
        ("--log.level", "flag --log.level needs a value"),
        ("--lifecycle=maybe", "flag --lifecycle must be true or false, not \"maybe\""),
        ("--output=a --output=b", "flag --output is given twice"),
        ("-x", "unknown flag -x (a value that begins with - is written --flag=-1, or after --)"),
    ])
    func refuses(arguments: String, expected: String) {
        #expect(Self.complaint(arguments) == expected)
    }

    @Test func typedValues() throws {
        let values = try Self.parse("--log.level=1h30m -o 5")
        #expect(try values.duration("log.level") == 5_400_000)
        #expect(try values.positiveInteger("output") == 5)
        #expect(throws: UsageError.self) { try values.duration("output") }
        #expect(throws: UsageError.self) { try values.positiveInteger("log.level") }
    }
}
