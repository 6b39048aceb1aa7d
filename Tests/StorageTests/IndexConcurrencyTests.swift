import Foundation
import Model
import Synchronization
import TestSupport
import Testing

@testable import Storage

/// Readers look while one writer adds. (The thread sanitizer does not see through contended locks of
/// Synchronization and blames `NumberTable` for them; it must find nothing else.)
@Suite struct IndexConcurrencyTests {
    @Test func readersSeeWholeSeries() throws {
        let index = SeriesIndex(seed: 5)
        let total = 3000
        let problems = Mutex<[String]>([])
        let readers = DispatchGroup()
        for reader in 0..<2 {
            DispatchQueue.global().async(group: readers) {
                var seen = 0
                while seen < total {
                    let view = index.snapshot()
                    seen = Int(view.limit)
                    let found = view.select([.equal("__name__", "up"), .equal("group", "g\(reader)")])
                    // Every seventh series is of group 0, every seventh of group 1.
                    let expected = (seen + 6 - reader) / 7
                    if found.count != expected { problems.withLock { $0.append("\(found.count) of \(expected)") } }
                    if let last = found.last {
                        let labels = index.labels(of: last)
                        if labels["id"] != "\(last.rawValue)" || index.reference(of: labels) != last {
                            problems.withLock { $0.append("\(last): \(labels)") }
                        }
                    }
                }
            }
        }
        for number in 0..<total {
            _ = try index.insert(Labels(["__name__": "up", "group": "g\(number % 7)", "id": "\(number)"]))
        }
        readers.wait()
        #expect(problems.withLock { $0 } == [])
    }
}
