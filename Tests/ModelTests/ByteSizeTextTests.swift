import Model
import Testing

struct ByteSizeTextTests {
    @Test(
        arguments: [
            ("0", 0), ("0B", 0), ("100B", 100), ("1KB", 1024), ("1KiB", 1024), ("512MB", 512 << 20),
            ("1.5GB", 3 << 29), ("1GB512MB", 3 << 29), ("2TB", 2 << 40), ("1PB", 1 << 50), ("4EB", 4 << 60),
            ("-1GB", -(1 << 30)), ("+7B", 7),
        ] as [(String, Int64)])
    func sizes(text: String, bytes: Int64) throws {
        #expect(try ByteSizeText.parse(text) == bytes)
        #expect(try ByteSizeText.parse(ByteSizeText.text(bytes)) == bytes)
    }

    @Test(arguments: [
        ("", "units: invalid "), ("-", "units: invalid -"), ("GB", "units: invalid GB"),
        ("1.2.3GB", "units: invalid 1.2.3GB"), ("12", "units: unknown unit  in 12"),
        ("1gb", "units: unknown unit gb in 1gb"), ("8EB", "units: invalid 8EB"),
    ])
    func refusals(text: String, reason: String) {
        let problem = #expect(throws: ByteSizeText.Problem.self) { try ByteSizeText.parse(text) }
        #expect(problem?.description == reason)
    }

    @Test func text() {
        #expect(ByteSizeText.text(0) == "0B")
        #expect(ByteSizeText.text(512 << 20) == "512MiB")
        #expect(ByteSizeText.text(3 << 29 + 5) == "1GiB512MiB5B")
        #expect(ByteSizeText.text(-1024) == "-1KiB")
    }
}
