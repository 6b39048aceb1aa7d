import TestSupport
import Testing

/// Counts the cases of one conformance file and prints what fails.
struct ConformanceReport {
    let file: String
    private(set) var total = 0
    private(set) var failures: [(id: String, reason: String)] = []
    /// Known to be out: identifier and why.
    let exceptions: [String: String]

    init(_ file: String, exceptions: [String: String] = [:]) {
        self.file = file
        self.exceptions = exceptions
    }

    /// Takes the result of one case: what is wrong with it, or nil.
    mutating func record(_ id: String, _ problem: String?) {
        total += 1
        if let problem { failures.append((id, problem)) }
    }

    /// Fails the test for each failure that is not excepted, and for each exception that passes.
    func finish() {
        print("conformance parser/\(file): \(total - failures.count)/\(total)")
        for failure in failures {
            if let reason = exceptions[failure.id] {
                print("  out of scope: \(failure.id): \(reason)")
            } else {
                Issue.record("\(file) \(failure.id): \(failure.reason)")
            }
        }
        let failed = Set(failures.map(\.id))
        for id in exceptions.keys where !failed.contains(id) {
            Issue.record("\(file) \(id) passes and should no longer be excepted")
        }
    }
}
