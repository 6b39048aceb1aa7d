import Platform
import Testing

@Suite struct ThreadTests {
    @Test func runsUnderItsNameAndIsJoined() throws {
        let files = SystemFileSystem()
        let name = Monitor("")
        let thread = try Thread(name: "a-name-longer-than-15-bytes", stackSize: 1 << 20) {
            let content = (try? files.contents(of: "/proc/thread-self/comm")) ?? []
            name.withLock { $0 = String(decoding: content, as: UTF8.self) }
        }
        thread.join()
        thread.join()
        #expect(name.withLock { $0 } == "a-name-longer-t\n")
    }

    @Test func impossibleStackIsAnError() {
        #expect(throws: ThreadError.self) { try Thread(name: "huge", stackSize: 1 << 60) {} }
    }
}
