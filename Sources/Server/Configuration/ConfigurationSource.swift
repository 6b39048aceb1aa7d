import Configuration
import Platform

/// Where the configuration comes from; chosen once, at the start.
struct ConfigurationSource: Sendable {
    /// Nil: the embedded default.
    let path: String?
    private let files: any FileSystem

    /// The file that the command line names, else `prometheus.yml` in the working directory, else none.
    init(named path: String?, files: any FileSystem) {
        let usual = "prometheus.yml"
        let found = (try? files.status(usual)) != nil
        self.path = path ?? (found ? usual : nil)
        self.files = files
    }

    /// `ownAddress` is where this server answers, `host:port`.
    func load(ownAddress: String) throws(ServerError) -> ServerConfiguration {
        guard let path else { return Self.embedded(ownAddress: ownAddress) }
        let text: [UInt8]
        do throws(FileError) {
            text = try files.contents(of: path)
        } catch {
            throw ServerError("the configuration cannot be read: \(error) (--config.file)")
        }
        do throws(ConfigurationError) {
            var configuration = try ConfigurationLoader.load(text, file: path) { Environment.value($0) }
            if let log = configuration.global.queryLogFile {
                configuration.global.queryLogFile = Self.resolved(log, beside: path)
            }
            return configuration
        } catch {
            throw ServerError(error.description)
        }
    }

    /// A path in the configuration is relative to the configuration's directory.
    static func resolved(_ path: String, beside file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }

    /// Scrapes this server every five seconds.
    private static func embedded(ownAddress: String) -> ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.global.scrapeInterval = 5000
        configuration.global.scrapeTimeout = 5000
        var scrape = ScrapeConfiguration(jobName: "apus", interval: 5000, timeout: 5000)
        scrape.groups = [TargetGroup(targets: [ownAddress])]
        configuration.scrapes = [scrape]
        return configuration
    }
}
