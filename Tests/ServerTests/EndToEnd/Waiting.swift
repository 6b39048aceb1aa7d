import Foundation
import Testing

/// Asks again and again until there is a value; a failure of the test when there is none in time.
func eventually<Value>(
    _ what: Comment, within seconds: Double = 20, _ ask: () throws -> Value?
) throws -> Value {
    let deadline = Date().addingTimeInterval(seconds)
    while Date() < deadline {
        if let value = try ask() { return value }
        usleep(5000)
    }
    return try #require(try ask(), what)
}
