import Platform
import TestSupport
import Testing

/// What a crash may and may not do to the simulated disk.
@Suite struct SimulatedFileSystemTests {
    static let seeds = UInt64(0)..<200

    @Test func whatIsSyncedSurvives() throws {
        for seed in Self.seeds {
            let files = try prepared()
            let file = try files.open("/data/file", .create)
            try append(file, "synced")
            try file.sync()
            try files.syncDirectory("/data")
            let after = files.crash(seed: seed)
            #expect(try after.contents(of: "/data/file") == Array("synced".utf8), "seed \(seed)")
        }
    }

    /// The canary: a test that trusts unsynced data must be able to fail, and to pass.
    @Test func whatIsNotSyncedMayVanishOrStayOrBeTorn() throws {
        var outcomes: Set<Int> = []
        let content = [UInt8](repeating: 7, count: 3 * 512)
        for seed in Self.seeds {
            let files = try prepared()
            let file = try files.open("/data/file", .create)
            try files.syncDirectory("/data")
            try content.withUnsafeBytes { try file.append($0) }
            let after = files.crash(seed: seed)
            let found = try after.contents(of: "/data/file")
            #expect(found.count <= content.count)
            outcomes.insert(found.filter { $0 == 7 }.count)
        }
        #expect(outcomes.contains(0))
        #expect(outcomes.contains(content.count))
        #expect(outcomes.contains(512) && outcomes.contains(2 * 512))
        // Torn inside a sector.
        #expect(outcomes.contains { $0 % 512 != 0 })
    }

    @Test func overwrittenSectorsAreOldOrNew() throws {
        var sawMixture = false
        for seed in Self.seeds {
            let files = try prepared()
            let file = try files.open("/data/file", .create)
            try [UInt8](repeating: 1, count: 4 * 512).withUnsafeBytes { try file.append($0) }
            try file.sync()
            try files.syncDirectory("/data")
            try [UInt8](repeating: 2, count: 4 * 512).withUnsafeBytes { try file.write($0, at: 0) }
            let found = try files.crash(seed: seed).contents(of: "/data/file")
            let sectors = (0..<4).map { Set(found[$0 * 512..<($0 + 1) * 512]) }
            #expect(sectors.allSatisfy { $0 == [1] || $0 == [2] }, "seed \(seed)")
            if Set(sectors).count == 2 { sawMixture = true }
        }
        #expect(sawMixture)
    }

    @Test func namesNeedTheirDirectorySynced() throws {
        var survived: Set<Bool> = []
        for seed in Self.seeds {
            let files = try prepared()
            let file = try files.open("/data/file", .create)
            try append(file, "synced")
            try file.sync()
            survived.insert(try files.crash(seed: seed).status("/data/file") != nil)
        }
        #expect(survived == [true, false])
    }

    @Test func renameIsWholeAndMayVanishUntilSynced() throws {
        var outcomes: Set<String> = []
        for seed in Self.seeds {
            let files = try prepared()
            for (name, content) in [("state", "old"), ("state.new", "new")] {
                let file = try files.open("/data/\(name)", .create)
                try append(file, content)
                try file.sync()
            }
            try files.syncDirectory("/data")
            try files.rename("/data/state.new", to: "/data/state")
            let after = files.crash(seed: seed)
            let state = String(decoding: try after.contents(of: "/data/state"), as: UTF8.self)
            let hasNew = try after.status("/data/state.new") != nil
            outcomes.insert("\(state) \(hasNew)")
        }
        #expect(outcomes == ["old true", "new false"])
    }

    @Test func replaceSurvivesACrashAtEveryStep() throws {
        for number in 1...20 {
            for seed in UInt64(0)..<20 {
                let files = try prepared()
                try replace(files, "old")
                files.crash(atOperation: files.operations + number)
                let succeeded = (try? replace(files, "new")) != nil
                let found = try files.crash(seed: seed).contents(of: "/data/state")
                let text = String(decoding: found, as: UTF8.self)
                #expect(text == "new" || (text == "old" && !succeeded), "operation \(number), seed \(seed)")
            }
        }
    }

    @Test func removedFilesMayComeBackUntilSynced() throws {
        var survived: Set<Bool> = []
        for seed in Self.seeds {
            let files = try prepared()
            _ = try files.open("/data/file", .create)
            try files.syncDirectory("/data")
            try files.remove("/data/file")
            #expect(try files.status("/data/file") == nil)
            survived.insert(try files.crash(seed: seed).status("/data/file") != nil)
        }
        #expect(survived == [true, false])
    }

    @Test func killKeepsThePageCache() throws {
        let files = try prepared()
        let file = try files.open("/data/file", .create)
        try append(file, "never synced")
        let after = files.kill()
        #expect(try after.contents(of: "/data/file") == Array("never synced".utf8))
        #expect(throws: FileError.self) { try append(file, "late") }
        // It is in the cache only: pulling the plug now may still lose it.
        var sizes: Set<Int> = []
        for seed in Self.seeds where try after.kill().crash(seed: seed).status("/data/file") == nil {
            sizes.insert(0)
        }
        #expect(sizes == [0])
    }

    @Test func afterACrashEverythingFails() throws {
        let files = try prepared()
        let file = try files.open("/data/file", .create)
        files.crash(atOperation: files.operations + 2)
        try append(file, "a")
        #expect(throws: FileError.self) { try append(file, "b") }
        #expect(files.hasCrashed)
        #expect(throws: FileError.self) { try file.sync() }
        #expect(throws: FileError.self) { try files.list("/data") }
        #expect(throws: FileError.self) { try files.open("/data/file", .read) }
        #expect(throws: FileError.self) { try file.truncate(to: 0) }
    }

    @Test func failedSyncLosesThePages() throws {
        let files = try prepared()
        let file = try files.open("/data/file", .create)
        try append(file, "before ")
        try file.sync()
        try files.syncDirectory("/data")
        try append(file, "lost")
        files.fail(.sync, with: .device)
        #expect(throws: FileError.self) { try file.sync() }
        // Still readable, and the next sync claims success.
        #expect(try files.contents(of: "/data/file") == Array("before lost".utf8))
        try file.sync()
        #expect(try files.crash(seed: 1).contents(of: "/data/file") == Array("before ".utf8))
    }

    @Test func fullDiskTakesWhatFits() throws {
        let files = try prepared()
        let file = try files.open("/data/file", .create)
        files.setCapacity(10)
        try append(file, "12345678")
        do {
            try append(file, "9abcdef")
            Issue.record("expected a full disk")
        } catch {
            #expect((error as? FileError)?.reason == .noSpace)
        }
        #expect(try file.size() == 10)
        #expect(try files.freeSpace("/") == 0)
        try file.truncate(to: 8)
        files.setCapacity(nil)
        try append(file, "9abcdef")
        #expect(try file.size() == 15)
    }

    @Test func plannedFaultsHitTheRightCall() throws {
        let files = try prepared()
        let file = try files.open("/data/file", .create)
        files.fail(.write, with: .noSpace, skip: 1, times: 2)
        try append(file, "a")
        #expect(throws: FileError.self) { try append(file, "bbbb") }
        #expect(throws: FileError.self) { try append(file, "cccc") }
        try file.truncate(to: 1)
        try append(file, "d")
        #expect(try files.contents(of: "/data/file") == Array("ad".utf8))
    }

    @Test func sameSeedSameResult() throws {
        func outcome() throws -> [UInt8] {
            let files = try prepared()
            let file = try files.open("/data/file", .create)
            var random = SeededRandom(seed: 9)
            for _ in 0..<50 { try random.bytes(300).withUnsafeBytes { try file.append($0) } }
            try files.syncDirectory("/data")
            return try files.crash(seed: 3).contents(of: "/data/file")
        }
        #expect(try outcome() == outcome())
    }

    private func prepared() throws -> SimulatedFileSystem {
        let files = SimulatedFileSystem(seed: 1)
        try files.createDirectory("/data")
        try files.syncDirectory("/")
        return files
    }

    private func append(_ file: any File, _ text: String) throws {
        try Array(text.utf8).withUnsafeBytes { try file.append($0) }
    }

    private func replace(_ files: SimulatedFileSystem, _ text: String) throws {
        try Array(text.utf8).withUnsafeBytes { try files.replace("/data/state", with: $0) }
    }
}
