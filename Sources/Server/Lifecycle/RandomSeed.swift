import Platform

/// The one place where this program gets randomness from outside.
package enum RandomSeed {
    package static func read(_ files: any FileSystem) throws(FileError) -> UInt64 {
        var seed: UInt64 = 0
        let file = try files.open("/dev/urandom", .read)
        _ = try withUnsafeMutableBytes(of: &seed) { buffer throws(FileError) in try file.read(into: buffer, at: 0) }
        return seed
    }
}
