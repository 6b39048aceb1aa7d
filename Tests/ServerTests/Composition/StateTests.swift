import API
import Configuration
import QueryEngine
import Storage
import Testing

@testable import Server

@Suite struct StateTests {
    private static func text(_ state: RunState) -> String {
        switch state.readiness(progress: { "half way" }) {
        case .ready: return "ready"
        case .starting(let progress): return progress
        case .stopping: return "stopping"
        }
    }

    @Test func readyOnlyAfterTheStart() {
        let state = RunState()
        #expect(Self.text(state) == "half way")
        state.enter(.ready)
        #expect(Self.text(state) == "ready")
        state.enter(.stopping)
        #expect(Self.text(state) == "stopping")
    }

    @Test(arguments: [RunState.Phase.stopping, .failed])
    func neverReadyAgain(end: RunState.Phase) {
        let state = RunState()
        state.enter(end)
        state.enter(.ready)
        #expect(Self.text(state) == "stopping")
    }

    @Test(arguments: [
        (":9090", "127.0.0.1:9090"), ("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "127.0.0.1:80"),
        ("[::1]:80", "[::1]:80"), ("10.0.0.1:9", "10.0.0.1:9"),
    ])
    func addressesForClientsHere(listening: String, expected: String) {
        #expect(ListenAddress.reachable(listening) == expected)
    }

    @Test func theConfigurationComesBeforeFlags() {
        var options = ServerOptions()
        var configuration = ServerConfiguration()
        #expect(options.database(for: configuration).outOfOrderWindow == 600_000)
        #expect(options.database(for: configuration).retention == 15 * 86_400_000)
        configuration.storage.outOfOrderWindow = 0
        #expect(options.database(for: configuration).outOfOrderWindow == 0)
        #expect(options.retention(for: configuration).text == "15d")
        options.retentionSize = 512 << 20
        #expect(options.database(for: configuration).retention == .max)
        #expect(options.database(for: configuration).retentionBytes == 512 << 20)
        options.retentionTime = 9000
        #expect(options.database(for: configuration).retention == 9000)
        #expect(options.retention(for: configuration).text == "9s or 512MiB")
        configuration.storage.retention = RetentionLimits()
        configuration.storage.retention?.percentage = 0.5
        #expect(options.database(for: configuration).retention == .max)
        #expect(options.database(for: configuration).retentionBytes == 0)
        #expect(options.database(for: configuration).retentionPercentage == 0.5)
        #expect(options.retention(for: configuration).text == "0.5%")
        options.sync = .always
        #expect(options.database(for: configuration).sync == .always)
        #expect(options.database(for: configuration).owner.contains("process "))
        configuration.global.evaluationInterval = 3000
        #expect(options.engine(for: configuration).defaultSubqueryStep == 3000)
    }

    @Test func dataDirectoryWithoutSlash() {
        var options = ServerOptions()
        options.dataDirectory = "data//"
        #expect(options.directory == "data")
        options.dataDirectory = "/"
        #expect(options.directory == "/")
    }
}
