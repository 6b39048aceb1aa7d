import Configuration
import Platform
import QueryEngine
import Storage

extension ServerOptions {
    /// The data directory without slashes at the end.
    var directory: String {
        var path = dataDirectory
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// The store's settings; flags come before the configuration.
    func database(for configuration: ServerConfiguration) -> DatabaseOptions {
        var result = DatabaseOptions()
        switch sync {
        case .interval: result.sync = .interval(1000)
        case .always: result.sync = .always
        case .never: result.sync = .never
        }
        if let window = configuration.storage.outOfOrderWindow { result.outOfOrderWindow = window }
        if let retention = retention ?? configuration.storage.retention, retention > 0 { result.retention = retention }
        result.seriesLimit = seriesLimit ?? result.seriesLimit
        result.seriesWarning = seriesWarning
        result.owner =
            "apus, process \(CurrentProcess.identifier) on \(CurrentProcess.hostName), listening on "
            + addresses.joined(separator: ", ")
        return result
    }

    func engine(for configuration: ServerConfiguration) -> EngineOptions {
        var result = EngineOptions()
        result.lookback = lookback
        result.timeout = queryTimeout
        result.maxSamples = maxSamples
        if let maxMemory { result.maxMemory = maxMemory }
        if let maxTotalMemory { result.maxTotalMemory = maxTotalMemory }
        result.delaysNameRemoval = delaysNameRemoval
        result.threads = CurrentProcess.processorCount
        result.defaultSubqueryStep = configuration.global.evaluationInterval
        return result
    }
}
