import Foundation
import Testing

/// Who may import whom: what Package.swift declares, and nothing else.
@Suite struct LayeringTests {
    /// Target name to declared dependencies, read from the manifest's `room(...)` lines and targets.
    static func declared() throws -> [String: Set<String>] {
        let manifest = try SourceTree.text("Package.swift")
        var result: [String: Set<String>] = [:]
        let pattern = #/room\(\s*"(?<name>\w+)"(?<rest>[^)]*)\)/#
        for match in manifest.matches(of: pattern) {
            let names = match.output.rest.matches(of: #/"(\w+)"/#).map { String($0.output.1) }
            result[String(match.output.name)] = Set(names)
        }
        result["apus"] = ["CommandLineTool", "Platform"]
        return result
    }

    static let standard: Set<String> = ["Swift", "Synchronization"]

    @Test func importsAreDeclared() throws {
        let declared = try Self.declared()
        #expect(declared.count > 15)
        var problems: [String] = []
        for file in SourceTree.swiftFiles(below: "Sources") {
            let allowed = declared[file.target] ?? []
            for (module, line) in SourceTree.imports(of: file) {
                if Self.standard.contains(module) || allowed.contains(module) { continue }
                if module == "Glibc", file.target == "Platform" { continue }
                problems.append("\(file.path):\(line): \(file.target) must not import \(module)")
            }
        }
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    @Test func eachCLibraryHasOneOwner() throws {
        var owners: [String: Set<String>] = [:]
        for file in SourceTree.swiftFiles(below: "Sources") {
            for (module, _) in SourceTree.imports(of: file)
            where module.wholeMatch(of: #/C[A-Z][A-Z0-9]\w*|CZlib|CZstd|CSnappy|CMicrohttpd|CCurl/#) != nil {
                owners[module, default: []].insert(file.target)
            }
        }
        // Our own C helpers, no library: Platform's instructions, Model's number texts and Storage's cells.
        owners["CShims"] = nil
        #expect(!owners.isEmpty)
        let shared = owners.filter { $0.value.count > 1 }
        #expect(shared.isEmpty, "\(shared)")
    }

    /// Storage and the query engine meet only in Model's ports.
    @Test func storageAndQueriesDoNotKnowEachOther() throws {
        let declared = try Self.declared()
        #expect(declared["Storage"]?.isDisjoint(with: ["QueryEngine", "PromQL"]) == true)
        #expect(declared["QueryEngine"]?.contains("Storage") == false)
    }
}
