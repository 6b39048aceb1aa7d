import Platform
import Testing

@Suite struct ProcessTests {
    @Test func statisticsArePlausible() throws {
        let before = try #require(ProcessStatistics.current())
        let file = try SystemFileSystem().open("/proc/self/stat", .read)
        let after = try #require(ProcessStatistics.current())
        _ = file
        let now = Double(SystemTime().wallMilliseconds()) / 1000
        #expect(before.residentBytes > 1 << 20)
        #expect(before.anonymousBytes > 0 && before.anonymousBytes < before.residentBytes)
        #expect(before.virtualBytes > before.residentBytes)
        #expect(before.openFiles >= 3 && before.maximumOpenFiles > Int64(before.openFiles))
        #expect(after.processorSeconds >= before.processorSeconds)
        #expect(before.startTime > now - 86_400 && before.startTime <= now + 1)
    }

    @Test func knowsItself() {
        #expect(CurrentProcess.identifier > 0)
        #expect(CurrentProcess.directory.hasPrefix("/"))
        #expect(!CurrentProcess.hostName.isEmpty)
        #expect(Environment.value("PATH") != nil)
        #expect(Environment.value("APUS_NO_SUCH_VARIABLE") == nil)
    }

    @Test func endsWithTheCodeItIsGiven() async {
        await #expect(processExitsWith: .exitCode(3)) { exitProcess(3) }
    }

    /// SIGINT alone would end the process: nobody waits for it.
    @Test func signalsEndAProcessThatDoesNotBlockThem() async {
        await #expect(processExitsWith: .signal(2)) {
            Signals.send(.interrupt)
            // It arrives on some other thread; meanwhile this one must not end the process.
            let deadline = SystemTime().monotonicNanoseconds() + 10_000_000_000
            _ = Monitor(()).wait(until: deadline) { _ in nil as Int? }
        }
    }

    @Test func writesToItsStreams() async throws {
        let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            StandardStream.output.write("plain text\n")
            exitProcess(StandardStream.output.isTerminal || StandardStream.output.terminalSize != nil ? 1 : 0)
        }
        #expect(String(decoding: result.standardOutputContent, as: UTF8.self).contains("plain text\n"))
    }

    @Test func clocksMoveForward() {
        let time = SystemTime()
        let first = time.monotonicNanoseconds()
        #expect(time.monotonicNanoseconds() >= first)
        // Between 2025 and 2100.
        #expect((1_735_689_600_000..<4_102_444_800_000).contains(time.wallMilliseconds()))
    }
}
