import Foundation

/// The folder with the conformance data: `$APUS_CONFORMANCE`, else `../shared/conformance` beside the
/// repository.
package enum ConformanceData {
    package static let root: URL? = {
        var candidates: [URL] = []
        if let path = ProcessInfo.processInfo.environment["APUS_CONFORMANCE"] {
            candidates.append(URL(fileURLWithPath: path, isDirectory: true))
        }
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        candidates.append(repository.deletingLastPathComponent().appendingPathComponent("shared/conformance"))
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    package static let missing = "no conformance data: set APUS_CONFORMANCE"

    package static func text(_ path: String) throws -> String {
        guard let root else { return "" }
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The objects of a JSON lines file.
    package static func lines(_ path: String) throws -> [[String: Any]] {
        guard let root else { return [] }
        let text = try Data(contentsOf: root.appendingPathComponent(path))
        return try text.split(separator: UInt8(ascii: "\n")).compactMap {
            try JSONSerialization.jsonObject(with: $0) as? [String: Any]
        }
    }
}
