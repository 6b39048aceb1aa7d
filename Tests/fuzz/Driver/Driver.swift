import Foundation
import FuzzTargets

/// libFuzzer's entry for programs with a main function of their own (FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver") private func runLibFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ input: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

enum Driver {
    /// Set once, before libFuzzer starts; its callback takes no context.
    nonisolated(unsafe) private static var target = FuzzTarget.parser

    static func main(_ arguments: [String]) -> Int32 {
        guard arguments.count > 2, let target = FuzzTarget(rawValue: arguments[2]) else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
            print("usage: fuzz run|seeds TARGET ...; targets: \(names)")
            return 2
        }
        self.target = target
        if arguments[1] == "seeds", arguments.count > 3 { return writeSeeds(URL(fileURLWithPath: arguments[3])) }
        var list = ([arguments[0]] + arguments.dropFirst(3)).map { strdup($0) } + [nil]
        var count = Int32(list.count - 1)
        return list.withUnsafeMutableBufferPointer { buffer in
            guard var base = buffer.baseAddress else { return 2 }
            return runLibFuzzer(&count, &base) { bytes, count in
                if let problem = Driver.target.run(Array(UnsafeBufferPointer(start: bytes, count: count))) {
                    fatalError(problem)
                }
                return 0
            }
        }
    }

    private static func writeSeeds(_ folder: URL) -> Int32 {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (index, seed) in target.seeds.enumerated() {
                try Data(seed).write(to: folder.appendingPathComponent("seed-\(index)"))
            }
            let tokens = target.tokens.map { token in
                "\"" + Array(token.utf8).map { String(format: "\\x%02x", $0) }.joined() + "\"\n"
            }
            try tokens.joined().write(
                to: folder.appendingPathComponent("../\(target.rawValue).dictionary"), atomically: true, encoding: .utf8
            )
            return 0
        } catch {
            print("\(error)")
            return 1
        }
    }
}
