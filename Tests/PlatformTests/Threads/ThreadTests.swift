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

    @Test(arguments: [(Thread.Priority.normal, 0), (.low, 10)])
    func lowPriorityIsNice(priority: Thread.Priority, expected: Int) throws {
        let files = SystemFileSystem()
        let found = Monitor<Int?>(nil)
        let thread = try Thread(name: "nice", priority: priority) {
            let content = (try? files.contents(of: "/proc/thread-self/stat")) ?? []
            // The 19th field; the second one is the name in brackets.
            let fields =
                String(decoding: content, as: UTF8.self).split(separator: ") ").last?.split(separator: " ") ?? []
            found.withLock { $0 = fields.count > 16 ? Int(fields[16]) : nil }
        }
        thread.join()
        let own = try #require(found.withLock { $0 })
        // The process may have been started nice.
        #expect(own == expected || own > 0 && priority == .normal)
    }

    @Test func impossibleStackIsAnError() {
        #expect(throws: ThreadError.self) { try Thread(name: "huge", stackSize: 1 << 60) {} }
    }
}
