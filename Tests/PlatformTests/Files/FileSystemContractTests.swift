import Foundation
import Platform
import TestSupport
import Testing

/// What both file systems promise: the simulation is worth nothing where it differs from the real one.
@Suite struct FileSystemContractTests {
    enum Kind: CaseIterable { case real, simulated }

    /// A fresh directory on one of the two; the real one is removed afterwards.
    private func withDirectory(_ kind: Kind, _ body: (any FileSystem, String) throws -> Void) throws {
        switch kind {
        case .simulated:
            try body(SimulatedFileSystem(seed: 1), "/")
        case .real:
            let directory = NSTemporaryDirectory() + "apus-test-\(UUID().uuidString)"
            try SystemFileSystem().createDirectory(directory)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try body(SystemFileSystem(), directory)
        }
    }

    @Test(arguments: Kind.allCases) func appendsWritesReadsAndTruncates(kind: Kind) throws {
        try withDirectory(kind) { files, directory in
            let path = "\(directory)/file"
            let file = try files.open(path, .create)
            #expect(try file.size() == 0)
            try append(file, "hello ")
            try append(file, "world")
            #expect(try text(file) == "hello world")
            try write(file, "W", at: 6)
            #expect(try text(file) == "hello World")
            // A write behind the end leaves zeros and moves the end for the next append.
            try write(file, "x", at: 13)
            try append(file, "y")
            #expect(try text(file) == "hello World\0\0xy")
            try file.truncate(to: 5)
            try append(file, "!")
            #expect(try text(file) == "hello!")
            try file.truncate(to: 8)
            #expect(try text(file) == "hello!\0\0")
            try file.sync()
            #expect(try files.status(path)?.size == 8)
            // A second opening goes on at the end.
            let again = try files.open(path, .update)
            try append(again, ".")
            #expect(try text(again) == "hello!\0\0.")
        }
    }

    @Test(arguments: Kind.allCases) func readsAreShortOnlyAtTheEnd(kind: Kind) throws {
        try withDirectory(kind) { files, directory in
            let file = try files.open("\(directory)/file", .create)
            try append(file, "0123456789")
            var piece = [UInt8](repeating: 0xFF, count: 4)
            #expect(try piece.withUnsafeMutableBytes { try file.read(into: $0, at: 3) } == 4)
            #expect(piece == Array("3456".utf8))
            #expect(try piece.withUnsafeMutableBytes { try file.read(into: $0, at: 8) } == 2)
            #expect(piece == Array("8956".utf8))
            #expect(try piece.withUnsafeMutableBytes { try file.read(into: $0, at: 50) } == 0)
        }
    }

    @Test(arguments: Kind.allCases) func mapsAPrefixThatOutlivesTheFile(kind: Kind) throws {
        try withDirectory(kind) { files, directory in
            let path = "\(directory)/file"
            var file: (any File)? = try files.open(path, .create)
            try file.map { try append($0, "mapped content") }
            let mapping = try #require(try file?.map(length: 6))
            let empty = try #require(try file?.map(length: 0))
            file = nil
            try files.remove(path)
            #expect(String(decoding: mapping.bytes, as: UTF8.self) == "mapped")
            #expect(empty.bytes.isEmpty)
        }
    }

    @Test(arguments: Kind.allCases) func aLinkIsASecondName(kind: Kind) throws {
        try withDirectory(kind) { files, directory in
            let file = try files.open("\(directory)/file", .create)
            try append(file, "one")
            try files.createDirectory("\(directory)/inner")
            try files.link("\(directory)/file", to: "\(directory)/inner/other")
            try append(file, " two")
            try files.remove("\(directory)/file")
            #expect(try text(files.open("\(directory)/inner/other", .read)) == "one two")
            #expect {
                try files.link("\(directory)/inner/other", to: "\(directory)/inner/other")
            } throws: {
                ($0 as? FileError)?.reason == .alreadyExists
            }
            #expect {
                try files.link("\(directory)/none", to: "\(directory)/x")
            } throws: {
                ($0 as? FileError)?.reason == .notFound
            }
            try files.copy(files.open("\(directory)/inner/other", .read), size: 5, to: "\(directory)/copy")
            #expect(try files.contents(of: "\(directory)/copy") == Array("one t".utf8))
            try files.removeTree("\(directory)/inner")
            #expect(try files.list(directory) == ["copy"])
        }
    }

    @Test(arguments: Kind.allCases) func directoriesAreMadeListedAndRemoved(kind: Kind) throws {
        try withDirectory(kind) { files, directory in
            let inner = "\(directory)/inner"
            #expect(try files.status(inner) == nil)
            try files.createDirectory(inner)
            try files.createDirectory(inner)
            #expect(try files.status(inner)?.isDirectory == true)
            #expect(try files.list(inner) == [])
            _ = try files.open("\(inner)/b", .create)
            _ = try files.open("\(inner)/a", .create)
            #expect(try files.list(inner).sorted() == ["a", "b"])
            #expect(throws: FileError.self) { try files.removeDirectory(inner) }
            try files.rename("\(inner)/a", to: "\(inner)/b")
            #expect(try files.list(inner) == ["b"])
            try files.syncDirectory(inner)
            try files.remove("\(inner)/b")
            try files.removeDirectory(inner)
            #expect(try files.status(inner) == nil)
        }
    }

    @Test(arguments: Kind.allCases) func directoriesMoveWithTheirContent(kind: Kind) throws {
        try withDirectory(kind) { files, directory in
            try files.createDirectory("\(directory)/block.tmp")
            try append(try files.open("\(directory)/block.tmp/index", .create), "content")
            try files.rename("\(directory)/block.tmp", to: "\(directory)/block")
            #expect(try files.contents(of: "\(directory)/block/index") == Array("content".utf8))
            #expect(try files.list(directory) == ["block"])
        }
    }

    @Test(arguments: Kind.allCases) func failuresSayWhy(kind: Kind) throws {
        try withDirectory(kind) { files, directory in
            let missing = "\(directory)/missing"
            #expect(reason { _ = try files.open(missing, .read) } == .notFound)
            #expect(reason { _ = try files.open(missing, .update) } == .notFound)
            #expect(reason { _ = try files.open("\(missing)/file", .create) } == .notFound)
            #expect(reason { _ = try files.list(missing) } == .notFound)
            #expect(reason { try files.remove(missing) } == .notFound)
            #expect(reason { try files.rename(missing, to: "\(directory)/other") } == .notFound)
            #expect(reason { try files.createDirectory("\(missing)/inner") } == .notFound)
            #expect(reason { try files.syncDirectory(missing) } == .notFound)
            #expect(reason { _ = try files.freeSpace(missing) } == .notFound)
            try append(try files.open("\(directory)/file", .create), "x")
            #expect(reason { try files.createDirectory("\(directory)/file") } == .alreadyExists)
            let readOnly = try files.open("\(directory)/file", .read)
            #expect(throws: FileError.self) { try append(readOnly, "y") }
            #expect(try files.freeSpace(directory) > 0)
        }
    }

    @Test(arguments: Kind.allCases) func lockHasOneHolder(kind: Kind) throws {
        try withDirectory(kind) { files, directory in
            let path = "\(directory)/lock"
            var held: (any FileLock)? = try files.lock(path, owner: "apus, process 4711")
            #expect(reason { _ = try files.lock(path, owner: "other") } == .locked(owner: "apus, process 4711"))
            do throws(FileError) {
                _ = try files.lock(path, owner: "other")
            } catch {
                #expect(error.description == "lock \(path): locked by apus, process 4711")
            }
            #expect(held != nil)
            held = nil
            held = try files.lock(path, owner: "next")
            #expect(try files.contents(of: path) == Array("next".utf8))
        }
    }

    @Test(arguments: Kind.allCases) func replacesAFileInOneStep(kind: Kind) throws {
        try withDirectory(kind) { files, directory in
            let path = "\(directory)/state"
            for content in ["first and long", "second"] {
                try Array(content.utf8).withUnsafeBytes { try files.replace(path, with: $0) }
                #expect(try files.contents(of: path) == Array(content.utf8))
                #expect(try files.list(directory) == ["state"])
            }
        }
    }

    private func append(_ file: any File, _ text: String) throws {
        try Array(text.utf8).withUnsafeBytes { try file.append($0) }
    }

    private func write(_ file: any File, _ text: String, at offset: Int64) throws {
        try Array(text.utf8).withUnsafeBytes { try file.write($0, at: offset) }
    }

    private func text(_ file: any File) throws -> String {
        var content = [UInt8](repeating: 0, count: Int(try file.size()))
        let count = try content.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        return String(decoding: content[..<count], as: UTF8.self)
    }

    private func reason(_ body: () throws -> Void) -> FileError.Reason? {
        do {
            try body()
            return nil
        } catch {
            return (error as? FileError)?.reason
        }
    }
}
