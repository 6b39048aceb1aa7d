import Foundation

/// A configuration under which nothing is scraped.
package func idleConfiguration(in folder: URL) throws -> URL {
    let file = folder.appendingPathComponent("idle.yml")
    try "global: {scrape_interval: 1m}\n".write(to: file, atomically: true, encoding: .utf8)
    return file
}
